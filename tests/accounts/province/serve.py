"""Starts the test's province: `python -m tests.accounts.province.serve <callback>` prints its port and serves."""

import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def main(callback: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.accounts.province.settings"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (Path(os.environ["PROVINCE_HOME"]) / "key.pem").write_bytes(pem)
    django.setup()
    call_command("migrate", verbosity=0)

    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User

    from tests.accounts.province.citizens import KNOWN

    for name in KNOWN:
        User.objects.create_user(username=name, password="province")
    county = Client(id="county", name="灌南", skip_consent=True)
    county.set_secret("county-secret")
    county.set_redirect_uris([callback])
    county.set_scopes(["openid", "profile", "phone"])
    county.set_grant_types([Client.GrantType.AUTHORIZATION_CODE])
    county.save()
    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=Server)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
