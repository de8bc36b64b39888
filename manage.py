#!/usr/bin/env python
"""Django's command line. With embedded settings it starts PostgreSQL and Valkey for the command's duration if none are
running."""

import os
import sys

# Commands that change tables run as the tables' owner; everything else runs with the rights of the portal itself.
OWNER_COMMANDS = {"migrate", "sqlmigrate", "showmigrations", "dbshell", "createcachetable"}
# Commands that touch no service.
OFFLINE_COMMANDS = {
    "help",
    "--help",
    "-h",
    "version",
    "--version",
    "check",
    "collectstatic",
    "spectacular",
    "diffsettings",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.embedded")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    services = None
    if os.environ["DJANGO_SETTINGS_MODULE"] == "portal.settings.embedded" and command not in OFFLINE_COMMANDS:
        from portal import embedded

        services = embedded.services_for(os.environ)
    if services:
        services.acquire().fill(os.environ)
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    finally:
        if services:
            services.release()


if __name__ == "__main__":
    main()
