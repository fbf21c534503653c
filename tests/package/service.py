"""The installed service as systemd would start it, inside the folder ROOT: ready, reloaded, asked, stopped.

    service.py ROOT
"""
import os
import re
import signal
import socket
import subprocess
import sys

PATIENCE = 30  # seconds until a word that should come counts as missing
root = sys.argv[1]
failures = 0


def check(what, holds):
    global failures
    failures += not holds
    print("%s: %s" % ("ok" if holds else "FAIL", what))
    return holds


def unit(key):
    with open(root + "/usr/lib/systemd/system/supercargo.service") as f:
        return re.search("(?m)^%s=(.*)$" % key, f.read()).group(1)


def inside(*command, user=None):
    who = ["--userspec=" + user] if user else []
    return ["chroot", *who, root, *command]


def folder(path, mode):
    subprocess.run(inside("install", "-d", "-o", unit("User"), "-g", unit("Group"), "-m", mode, path), check=True)


def asked_by(user):
    command = inside("/usr/bin/supercargo", "status", "--socket", "/run/supercargo/supercargo.sock", user=user)
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL).returncode


def wait_for(word):
    """What else was told until the word came; None when it did not."""
    told = []
    try:
        while True:
            lines = notices.recv(4096).decode().split("\n")
            told += lines
            if word in lines:
                return told
    except TimeoutError:
        print("told instead: %s" % told)
        return None


# An abstract name is the same inside and outside.
notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notices.bind("\0supercargo-package-test-%d" % os.getpid())
notices.settimeout(PATIENCE)

folder("/var/lib/" + unit("StateDirectory"), unit("StateDirectoryMode"))
folder("/run/" + unit("RuntimeDirectory"), unit("RuntimeDirectoryMode"))
environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
               "NOTIFY_SOCKET": "@supercargo-package-test-%d" % os.getpid()}
service = subprocess.Popen(inside(*unit("ExecStart").split(), user=unit("User") + ":" + unit("Group")),
                           env=environment, umask=int(unit("UMask"), 8))
try:
    if check("the service tells that it is ready", wait_for("READY=1") is not None):
        check("it answers over its socket", asked_by("root:root") == 0)
        check("it answers who is in its group", asked_by("nobody:" + unit("Group")) == 0)
        check("it answers nobody else", asked_by("nobody:nogroup") == 1)
        state = os.stat(root + "/var/lib/supercargo/supercargo.db")
        check("the store belongs to the service alone", (state.st_mode & 0o777, state.st_uid) ==
              (0o600, os.stat(root + "/var/lib/supercargo").st_uid))
        service.send_signal(signal.SIGHUP)
        check("SIGHUP reloads", wait_for("RELOADING=1") is not None and wait_for("READY=1") is not None)
        service.send_signal(signal.SIGTERM)
        check("SIGTERM is told", wait_for("STOPPING=1") is not None)
    try:
        check("it ends with 0", service.wait(PATIENCE) == 0)
    except subprocess.TimeoutExpired:
        check("it ends", False)
finally:
    if service.poll() is None:
        service.kill()
        service.wait()
sys.exit(failures > 0)
