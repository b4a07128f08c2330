"""The demo server as a WSGI application. One process of it, many threads: its state is in its memory."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo_server.settings")

application = get_wsgi_application()
