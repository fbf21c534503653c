"""Where notices arrive in tests: robots behind webhooks, and a real mail server with TLS and a login."""
import asyncio
import email
import email.policy
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import time

sys.path.append("/usr/lib/python3/dist-packages")  # where Debian puts it, when another Python runs
from aiosmtpd.smtp import SMTP, AuthResult


class Robot:
    """A webhook: what came, when, and what it answers (a status and a body, or a list of them of which the last one stays)."""

    def __init__(self, answers=(200, '{"errcode":0,"errmsg":"ok"}')):
        self.got, self.at, self.answers = [], [], list(answers) if isinstance(answers, list) else [answers]
        robot = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                robot.at.append(time.time())
                robot.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                status, body = robot.answers.pop(0) if len(robot.answers) > 1 else robot.answers[0]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def section(self, name, *lines):
        return '\n[notify "%s"]\nwebhook = "http://127.0.0.1:%d/hook?key=canary-key-77"\n%s\n' % (
            name, self.server.server_address[1], "\n".join(lines))

    def texts(self):
        return [g["text"]["content"] if isinstance(g["text"], dict) else g["text"] for g in self.got]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Authority:
    """A certificate authority and a certificate of this machine, for the mail server."""

    def __init__(self, folder):
        self.ca, self.key, self.cert = (os.path.join(folder, n) for n in ("ca.pem", "server.key", "server.pem"))
        ca_key, request, names = (os.path.join(folder, n) for n in ("ca.key", "server.csr", "names"))
        with open(names, "w") as f:
            f.write("subjectAltName=IP:127.0.0.1\n")
        for words in (["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", ca_key, "-out", self.ca, "-days", "7300",
                       "-subj", "/CN=Example Authority"],
                      ["req", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", request, "-subj", "/CN=127.0.0.1"],
                      ["x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key, "-CAcreateserial", "-out", self.cert,
                       "-days", "7300", "-extfile", names]):
            subprocess.run(["openssl", *words], check=True, capture_output=True)


class Mailbox:
    """A mail server on loopback; with an authority it demands STARTTLS (or speaks TLS at once) and, with a password, a login."""

    def __init__(self, authority=None, password=None, implicit=False, offer=True):
        self.got, self.users, self.authority, self.implicit = [], [], authority, implicit
        box = self
        context = None
        if authority:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(authority.cert, authority.key)

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                box.got.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None or implicit))
                return "250 2.0.0 taken as EXAMPLE-1"

        def authenticate(server, session, envelope, mechanism, data):
            user, given = data.login.decode(), data.password.decode()
            box.users.append(user)
            return AuthResult(success=given == password, handled=False)

        def speak():
            return SMTP(Handler(), hostname="mail.example", tls_context=None if implicit or not offer else context,
                        require_starttls=bool(authority) and not implicit and offer, authenticator=authenticate,
                        auth_required=bool(password), auth_require_tls=bool(authority) and not implicit, loop=self.loop)

        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        begin = self.loop.create_server(speak, "127.0.0.1", 0, ssl=context if implicit else None)
        self.server = asyncio.run_coroutine_threadsafe(begin, self.loop).result(30)
        self.port = self.server.sockets[0].getsockname()[1]

    def section(self, name, *lines):
        return '\n[notify "%s"]\nmail = office@example.com second@example.com\nsmtp = %s://127.0.0.1:%d\nfrom = shop@example.org\n%s\n%s\n' % (
            name, "smtps" if self.implicit else "smtp", self.port, 'ca = "%s"' % self.authority.ca if self.authority else "",
            "\n".join(lines))

    def mails(self):
        return [email.message_from_bytes(content, policy=email.policy.default) for _, _, content, _ in self.got]

    def texts(self):
        return [m.get_content() for m in self.mails()]

    def stop(self):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
