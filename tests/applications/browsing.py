"""What the tests of pages share: signing in as one of the cast, and reading a page's text."""

from typing import Any

from django.test import Client
from django.urls import reverse

from applications.models import Task
from tests.applications.world import World


def sign_in(world: World, account: str) -> Client:
    """A browser in which that account is signed in."""
    client = Client()
    client.force_login(world.users[account])
    return client


def text_of(response: Any) -> str:
    """The page as text in which a number and its unit are joined by a plain space."""
    page: str = response.content.decode()
    return page.replace("\u00a0", " ").replace("&nbsp;", " ")


def address(name: str, task: Task) -> str:
    """The address of one of the task's pages or acts."""
    return reverse(name, args=[task.pk])
