"""Which address shows which page. An address without a language leads to the reader's own (LocaleMiddleware)."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, register_converter

from leerrekening.web import errors, gallery, health, metrics, pages
from leerrekening.web.help import urls as help_urls
from leerrekening.web.my_data import urls as my_data
from leerrekening.web.scan import views as scan
from leerrekening.web.sign_in import urls as sign_in

register_converter(scan.StepConverter, "scan_step")

_gallery: list[URLPattern] = [path("_gallery", gallery.gallery, name="gallery")] if settings.GALLERY else []

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("leerrekening.api.urls")),
    path("gezondheid", health.alive, name="health"),
    path("gezondheid/klaar", health.ready, name="health_ready"),
    path("_metingen", metrics.metrics, name="metrics"),
    *sign_in.fixed,
]
urlpatterns += i18n_patterns(
    path("", pages.start, name="start"),
    path("wat-heb-ik", scan.start, name="scan"),
    path("wat-heb-ik/<scan_step:step>", scan.step, name="scan_step"),
    path("wetboek", include("leerrekening.web.lawbook.urls")),
    path("beleid", include("leerrekening.web.policy.urls")),
    path("mijn-rekening", include("leerrekening.web.account.urls")),
    path("mijn-rekening", include(my_data.citizen)),
    path("beheer", include("leerrekening.web.staff.urls")),
    path("mijn-rekening", include(help_urls.own_account)),
    path("hulp/<uuid:mandate>/rekening", include("leerrekening.web.account.urls")),
    path("hulp", include("leerrekening.web.help.urls")),
    path("over", pages.about, name="about"),
    path("over/privacy", pages.privacy, name="about_privacy"),
    path("over/toegankelijkheid", pages.accessibility, name="about_accessibility"),
    *sign_in.urlpatterns,
    *_gallery,
)

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
