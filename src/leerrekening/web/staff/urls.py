"""Addresses of the pages for staff."""

from django.urls import URLPattern, path

from leerrekening.web.staff import cases, entering, letters, limits, running, watching

urlpatterns: list[URLPattern] = [
    path("", watching.home, name="staff"),
    path("/dossiers", cases.queue, name="staff_cases"),
    path("/dossiers/<str:number>", cases.one, name="staff_case"),
    path("/dossiers/<str:number>/stap", cases.step, name="staff_case_step"),
    path("/dossiers/<str:number>/gegeven", entering.enter, name="staff_case_enter"),
    path("/taken", running.jobs_page, name="staff_jobs"),
    path("/taken/<int:job>", running.retry, name="staff_job_retry"),
    path("/alarmen", watching.alarms, name="staff_alarms"),
    path("/alarmen/<uuid:alarm>", watching.resolve, name="staff_alarm_resolve"),
    path("/alarmen/helper/<int:helper_alarm>", watching.close_helper_alarm, name="staff_helper_alarm"),
    path("/alarmen/grenzen", limits.limits_page, name="staff_limits"),
    path("/brieven", letters.letters, name="staff_letters"),
    path("/brieven/meenemen", letters.take, name="staff_letters_take"),
    path("/brieven/<int:batch>", letters.fetch, name="staff_letters_fetch"),
    path("/brieven/<int:batch>/klaar", letters.close, name="staff_letters_close"),
    path("/brieven/teruggekomen", letters.came_back, name="staff_letter_back"),
    path("/brieven/opnieuw", letters.again, name="staff_letter_again"),
    path("/rollen", watching.roles, name="staff_roles"),
    path("/handelingen", watching.acts, name="staff_acts"),
]
