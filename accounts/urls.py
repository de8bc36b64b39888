"""Signing in and out, for citizens and staff alike; 我的信息."""

from django.urls import path

from accounts.province import PROVIDER
from accounts.views import me, organisations, password, phone_code, province, second_factor, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", phone_code.ask, name="sign-in-code"),
    path("sign-in/code/enter/", phone_code.enter, name="sign-in-code-enter"),
    # These two names are the ones that allauth looks up.
    path("sign-in/province/", province.begin, {"provider_id": PROVIDER}, name="openid_connect_login"),
    path("sign-in/province/back/", province.back, {"provider_id": PROVIDER}, name="openid_connect_callback"),
    path("sign-in/second/", second_factor.second_factor, name="second-factor"),
    path("sign-in/demo-sms/", phone_code.demo_messages, name="demo-sms"),
    path("me/", me.profile, name="me"),
    path("me/real-name/", me.real_name, name="real-name"),
    path("me/organisations/", organisations.organisations, name="my-organisations"),
    path("me/phone/", me.phone, name="me-phone"),
    path("me/phone/code/", me.phone_code, name="me-phone-code"),
    path("me/password/", password.password, name="me-password"),
    path("me/password/code/", password.code, name="me-password-code"),
    path("me/reveal/", me.reveal, name="me-reveal"),
    path("me/reveal/code/", me.reveal_code, name="me-reveal-code"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    # Stands before the administration's own addresses.
    path("admin/login/", sign_in.admin_sign_in, name="admin-sign-in"),
]
