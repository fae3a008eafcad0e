"""Addresses of signing in and out, below the language; those the access service knows have none."""

from django.urls import URLPattern, path

from leerrekening.web.sign_in import views

urlpatterns: list[URLPattern] = [
    path("aanmelden", views.sign_in, name="sign_in"),
    path("aanmelden/verder", views.again, name="sign_in_again"),
    path("aanmelden/hoedanigheid", views.capacity, name="sign_in_capacity"),
    path("aanmelding", views.session, name="sign_in_session"),
    path("aanmelding/wissel", views.switch, name="sign_in_switch"),
    path("afmelden", views.sign_out, name="sign_in_out"),
    path("afgemeld", views.goodbye, name="sign_in_goodbye"),
]
# Registered with the access service.
fixed: list[URLPattern] = [
    path("aanmelden/terug", views.come_back, name="sign_in_return"),
    path("aanmelden/afgemeld", views.ended, name="sign_in_ended"),
    path("aanmelden/gewisseld", views.switched, name="sign_in_switched"),
]
