#!/usr/bin/env bash
# "error": null in a token's answer is taken for an error, and the tokens beside it are thrown away.
#
# What:     Authlib 1.9.10 (Python), OAuth2Session.fetch_token, against a token endpoint on this machine's loopback.
# Input:    a 200 answer with access_token, token_type, expires_in, and "error": null, as serializers write it that
#           leave no member out.
# Seen:     OAuthError of the library's own code "oauth_error"; the access token that came is not handed out. Without the
#           member it is.
#           RFC 6749 5.1 has no "error" in a successful answer; JSON's null is how several frameworks say so.
# Matters:  the code was used up by the answer, so a second try fails too: nobody can sign in at such a server, and what is
#           told is an error without a name.
#
# Exits 0 while the behavior is as seen, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Authlib==1.9.10 requests==2.34.2

AUTHLIB_INSECURE_TRANSPORT=1 "$folder/venv/bin/python" - <<'PYTHON'
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

ANSWER = {"access_token": "invented", "token_type": "Bearer", "expires_in": 300}


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER | ({"error": None} if self.path == "/null" else {})).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()


def fetched(path):
    session = OAuth2Session("client", "secret")
    session.trust_env = False
    try:
        return session.fetch_token(f"http://127.0.0.1:{server.server_port}{path}", code="1")["access_token"]
    except OAuthError as error:
        return f"OAuthError, error={error.error!r}"


plain, null = fetched("/plain"), fetched("/null")
print(f"Authlib 1.9.10, no member:     {plain}")
print(f'Authlib 1.9.10, "error": null: {null}')
is_as_seen = plain == "invented" and null.startswith("OAuthError")
print("as seen" if is_as_seen else "changed")
sys.exit(0 if is_as_seen else 1)
PYTHON
