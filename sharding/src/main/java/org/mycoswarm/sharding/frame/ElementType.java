package org.mycoswarm.sharding.frame;

/// What a tensor's elements are. The codes are those of ONNX (`TensorProto.DataType`), so that a
/// graph, a weight and a frame say the same number. Types whose elements have no fixed number of
/// whole bytes (strings, 4-bit integers) are not among them.
public enum ElementType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  UINT16(4, 2),
  INT16(5, 2),
  INT32(6, 4),
  INT64(7, 8),
  BOOL(9, 1),
  FLOAT16(10, 2),
  DOUBLE(11, 8),
  UINT32(12, 4),
  UINT64(13, 8),
  BFLOAT16(16, 2);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /// ONNX's number for this type, 1 to 255.
  public int code() {
    return code;
  }

  /// How many bytes one element takes.
  public int bytes() {
    return bytes;
  }

  /// The type with ONNX's number.
  ///
  /// @throws IllegalArgumentException when no type here has it
  public static ElementType of(int code) {
    for (ElementType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "Expected an element type of whole bytes, but ONNX's type "
            + code
            + " is not one that can be cut or sent (such as strings or 4-bit integers).");
  }
}
