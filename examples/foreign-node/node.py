#!/usr/bin/env python3
"""A node of mycoSwarm that is not Java: it counts the words of texts. Python's standard library only."""
import http.client, json, os, signal, sys, threading, time, urllib.error, urllib.request

BROKER, NODE, TOKEN = sys.argv[1].rstrip("/"), sys.argv[2], os.environ.get("MYCOSWARM_TOKEN")
HEADERS = {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + TOKEN} if TOKEN else {})
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy between us


def call(path, body, once=None):
    """Until the broker answers; or once, within so many seconds, and then perhaps with nothing."""
    while True:
        try:
            url = f"{BROKER}/api/v1/nodes{path}"
            request = urllib.request.Request(url, json.dumps(body).encode(), HEADERS)
            with HTTP.open(request, timeout=once or 40) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as e:
            pause = float(e.headers.get("Retry-After", 1))
            if e.code == 404 and path:  # it does not know this node: its data were lost
                register()
            elif e.code != 429 and e.code < 500:
                sys.exit(e.read().decode())
        except (OSError, http.client.HTTPException):  # it is away
            pause = 1
        if once:
            return {}
        time.sleep(pause)


def register():
    can = [{"kind": "word-count", "device": "cpu", "rate": 0}]
    return call("", {"node": NODE, "name": NODE, "capabilities": can, "detail": {}})


def renew(lease, period, lost, answered):
    """Apart from the work, until its report is answered."""
    while not lost.is_set() and not answered.wait(period):
        if call(f"/{NODE}/renew", {"leases": [lease]}, once=period).get("lost"):
            lost.set()


def count(payload, lost):
    if not isinstance(payload.get("text"), str):
        raise ValueError(f"Expected a string in 'text', but it is {json.dumps(payload.get('text'))}")
    words = payload["text"].split()
    lost.wait(len(words) * payload.get("secondsEach", 0))  # as if it were hard work
    return {"words": len(words)}


def report(task, lost):
    try:
        words = count(task["payload"], lost)
        end = {"status": "completed", "detail": words, "counts": words}
    except Exception as e:  # a wrong value is wrong on every node; anything else may go well elsewhere
        end = {"status": "failed", "reason": str(e), "retryable": not isinstance(e, ValueError)}
    return [] if lost.is_set() else [{"lease": task["lease"]} | end]


def work():
    broker, results, answered = register(), [], threading.Event()
    while True:
        wait = 0 if results else broker["pollSecondsMax"]
        answer = call(f"/{NODE}/work", {"results": results, "want": 1, "waitSeconds": wait})
        answered.set()
        results = []  # whatever was refused is dropped: somebody else has the task
        for task in answer["leases"]:  # one at most, as only one is wanted
            print("works on", task["lease"], flush=True)
            lost, answered = threading.Event(), threading.Event()
            period = min(task["leaseSeconds"] / 3, broker["heartbeatSeconds"])
            threading.Thread(target=renew, args=(task["lease"], period, lost, answered), daemon=True).start()
            results = report(task, lost)


for stop in (signal.SIGTERM, signal.SIGINT):
    signal.signal(stop, lambda *_: sys.exit(0))
try:
    work()
finally:  # what is not done goes to others now, not when its lease expires
    print("handed back", call(f"/{NODE}/leave", {}, once=5).get("released"))
