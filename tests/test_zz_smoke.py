import pytest, time
import tests.test_signin as t
pytestmark = pytest.mark.django_db
def test_x():
    c=t.member(); print(dict(c.session), time.time())
