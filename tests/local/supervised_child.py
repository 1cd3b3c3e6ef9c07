"""A child process for the supervisor's tests: `PORT [stubborn] [parent] [silent] [quit=CODE] [delay=SECONDS]`.

It listens on PORT; `stubborn` ignores SIGTERM, `parent` starts a child of its own and prints its pid, `silent` never
listens, `quit` exits at once with a code after saying why.
"""

import os
import signal
import socket
import subprocess
import sys
import time

port, words = int(sys.argv[1]), sys.argv[2:]
options = dict(word.split("=") for word in words if "=" in word)
print("hello from the child", os.environ.get("GREETING", ""), flush=True)
if "stubborn" in words:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if "parent" in words:
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    print("grandchild", subprocess.Popen([sys.executable, "-S", "-c", code]).pid, flush=True)
if "quit" in options:
    print("cannot go on: no coffee", flush=True)
    sys.exit(int(options["quit"]))
if "silent" not in words:
    time.sleep(float(options.get("delay", 0)))
    server = socket.create_server(("127.0.0.1", port))
    server.listen()
while True:
    time.sleep(600)
