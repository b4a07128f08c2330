#!/usr/bin/env python3
"""Django's command line, for the portal."""

import os
import sys


def main() -> None:
    """Run one command with the portal's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insync_portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from insync_portal.postgresql import waiting

    waiting.unhurried()
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"InSync Portal cannot start. {error}")


if __name__ == "__main__":
    main()
