"""Signing in and out, for citizens and staff alike."""

from django.urls import path

from accounts.views import sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    # Stands before the administration's own addresses.
    path("admin/login/", sign_in.admin_sign_in, name="admin-sign-in"),
]
