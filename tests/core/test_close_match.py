from spinbridge.core.close_match import did_you_mean

TISSUES = ("lv_blood", "rv_blood", "myocardium")


def test_the_nearest_words_are_offered() -> None:
    assert did_you_mean("Myocardum", TISSUES) == "Did you mean 'myocardium'?"
    assert did_you_mean("blood", TISSUES) == "Did you mean 'lv_blood' or 'rv_blood'?"


def test_nothing_near_says_something_else() -> None:
    assert did_you_mean("xyz", TISSUES, otherwise="Ask.") == "Ask."
