"""Which address shows which page."""

from django.urls import path

from leerrekening.web import views

urlpatterns = [path("", views.start, name="start")]
