"""What an account says, without a browser."""

from tests.account.world import JOB, World
from tests.web.visitors import SignIn

CLEANER = {**JOB, "from": "2020-08-24", "fraction": [{"from": "2020-08-24", "to": None, "value": 0.8}]}


def test_first_sight_grants(world: World, sign_in: SignIn) -> None:
    party = world.person(job=CLEANER, highest_diploma="geen")
    answer = sign_in("citizen", party=party).get("/nl/mijn-rekening")
    page = answer.content.decode()
    print(page)
    assert answer.status_code == 200
    assert "100\xa0uur" in page
    for name in ("recht/vlaams_opleidingsverlof", "tijdlijn", "afdruk"):
        answer = sign_in("citizen", party=party).get(f"/nl/mijn-rekening/{name}")
        assert answer.status_code == 200
