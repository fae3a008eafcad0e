"""One account, two mounts: the citizen's, and the helper's below a living mandate. Links stay within the mount."""

import re

from tests.account.world import World
from tests.web.account.test_journeys import PAGES, USED, granted
from tests.web.help.test_help import ask
from tests.web.visitors import SignIn


def test_a_helper_sees_the_same_account_below_the_mandate(world: World, sign_in: SignIn) -> None:
    party = granted(world, used=[USED])
    helper = sign_in("helper", name="Nadia Haddad")
    citizen = sign_in("citizen", party=party)
    mandate = ask(helper, "signed_in")
    assert citizen.post(f"/nl/mijn-rekening/helpers/vraag/{mandate}", {"answer": "yes"}).status_code == 302
    mount = f"/nl/hulp/{mandate}/rekening"
    for path in PAGES:
        page = helper.get(mount + path).content.decode()
        main = page[page.index("<main") : page.index("</main")]
        links = re.findall(r'href="(/[^"#?]*)', main)
        assert links
        assert not [link for link in links if "mijn-rekening" in link]
    overview = helper.get(mount).content.decode()
    assert "95\xa0uur" in overview
    assert "Klopt dit niet?" not in helper.get(f"{mount}/recht/vlaams_opleidingsverlof").content.decode(), (
        "look only"
    )
    assert helper.get("/nl/mijn-rekening").status_code == 403
    stranger = sign_in("helper", name="Vera Vreemd")
    assert [stranger.get(mount + path).status_code for path in PAGES] == [404] * len(PAGES)
