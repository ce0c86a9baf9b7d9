package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.mycoswarm.broker.upload.ArchiveUnpacker;
import org.mycoswarm.broker.upload.UploadRefused;

/// Whole folders in one stream: a tar, tar.gz or zip, told apart by their first bytes.
@Path("api/v1/uploads")
@Produces(MediaType.APPLICATION_JSON)
public final class UploadsResource {
  private final ArchiveUnpacker archives;
  private final RoomCheck room;

  UploadsResource(ArchiveUnpacker archives, RoomCheck room) {
    this.archives = archives;
    this.room = room;
  }

  @POST
  @Consumes(MediaType.WILDCARD)
  public Response unpack(InputStream archive) throws IOException {
    room.admitNew();
    try {
      return Response.status(201).entity(archives.unpack(archive)).build();
    } catch (UploadRefused e) {
      throw new ProblemException(type(e.why()), String.valueOf(e.getMessage()));
    }
  }

  private static ProblemType type(UploadRefused.Why why) {
    return switch (why) {
      case UNSUPPORTED -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
      case TOO_LARGE -> ProblemType.TOO_LARGE;
      case UNREADABLE -> ProblemType.UNPROCESSABLE;
    };
  }
}
