"""Within an account: {% account_url "account_right" right.id %} and the menu, both within the present mount."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch

from leerrekening.web.account.navigation import address, menu

register = template.Library()


@register.simple_tag(takes_context=True)
def account_url(context: dict[str, Any], name: str, *arguments: object) -> str:
    """The address of a page of the account on the screen."""
    return address(context["request"], name, *arguments)


@register.simple_tag(takes_context=True)
def account_url_or_nothing(context: dict[str, Any], name: str, *arguments: object) -> str:
    """The address of a page that this account may not have; empty when it has none."""
    try:
        return address(context["request"], name, *arguments)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("account/menu.html", takes_context=True)
def account_menu(context: dict[str, Any]) -> dict[str, Any]:
    """The pages of this account."""
    return {"entries": menu(context["request"])}
