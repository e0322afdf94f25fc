"""Who is named in a frightened carer's words is hidden; ordinary words, drugs, places and public bodies are not."""

import pytest

from api.masking import service as masking


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("my husband dave wont wake up", "my husband [name] wont wake up"),
        ("its janet here, his wife", "its [name] here, his wife"),
        ("My name is Sue Smith and I care for my mum Doreen", "My name is [name] and I care for my mum [name]"),
        ("My name's Oluwaseun Adeyemi-Bright, I'm his daughter", "My name's [name], I'm his daughter"),
        ("my mum's name is Siân Llewellyn-Jones", "my mum's name is [name]"),
        ("my mum Sia\u0302n is worse", "my mum [name] is worse"),
        ("dave bled and tom's bowels are bad", "[name] bled and [name]'s bowels are bad"),
        ("This is Agnieszka. My husband Łukasz cannot breathe", "This is [name]. My husband [name] cannot breathe"),
        ("My wife Mei Ling Cheung is in pain", "My wife [name] is in pain"),
        ("i am mohammed hussain and my wife fatima is dying", "i am [name] and my wife [name] is dying"),
        ("ask for Priya Raghunathan on ward 7", "ask for [name] on ward 7"),
        ("this is priya raghunathan calling", "this is [name] calling"),
        ("mr okonkwo is in pain, mrs green is with him", "mr [name] is in pain, mrs [name] is with him"),
        ("dr patel came and nurse gemma is coming at 4", "dr [name] came and nurse [name] is coming at 4"),
        ("uncle bob and auntie pat are here", "uncle [name] and auntie [name] are here"),
        ("me mam doreen and me dad jack", "me mam [name] and me dad [name]"),
        ("Dave's tablets are gone. daves are too", "[name]'s tablets are gone. [name] are too"),
        ("tell Mary-Ann O'Brien I rang", "tell [name] I rang"),
        ("MY HUSBAND KEITH ISNT BREATHING", "MY HUSBAND [name] ISNT BREATHING"),
        ("Please ring. Thanks, Sue", "Please ring. Thanks, [name]"),
        ("Thank you so much. Sue x", "Thank you so much. [name] x"),
        ("Many thanks\nRashida", "Many thanks\n[name]"),
        ("Yours sincerely, Mrs P. Whitworth", "Yours sincerely, Mrs [name]"),
        ("my granddaughter Chelsea is 7", "my granddaughter [name] is 7"),
    ],
)
def test_people_are_hidden(said: str, shown: str) -> None:
    assert masking.masked(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("my son Will is here but will he be ok", "my son [name] is here but will he be ok"),
        ("May I ask, is Will there?", "May I ask, is [name] there?"),
        ("our rose has gone home", "our [name] has gone home"),
        ("Rose is worse. She rose early", "[name] is worse. She rose early"),
        ("my brother mark is with him", "my brother [name] is with him"),
        ("my nan grace and grandad art", "my nan [name] and grandad [name]"),
        ("Tell Frank I said so", "Tell [name] I said so"),
        ("its sue smith, hes fell", "its [name], hes fell"),
        ("thanks from bill and rose", "thanks from [name] and [name]"),
        ("dawn fell again last night", "[name] fell again last night"),
        ("hope is with us at home", "[name] is with us at home"),
        ("Summer and her mum are both here", "[name] and her mum are both here"),
        ("Mrs. Lincoln lends us a chair", "Mrs. [name] lends us a chair"),
        ("rose-marie wants to come", "[name] wants to come"),
    ],
)
def test_a_name_that_is_a_word_too_is_hidden_where_it_is_one(said: str, shown: str) -> None:
    assert masking.masked(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Zuberi Makonnen is frightened", "[name] is frightened"),
        ("Wu Lifen speaks no English", "[name] speaks no English"),
        ("The night sitter Xolani said so", "The night sitter [name] said so"),
        ("daughter of Aoibhinn Nic Craith", "daughter of [name]"),
        ("Kent is our surname", "[name] is our surname"),
        ("07700 900123 - bex", "[phone number] - [name]"),
        ("943 476 5919 m hargreaves", "[NHS number] [name]"),
        ("mercy (07700 900123) has a key", "[name] ([phone number]) has a key"),
        ("it's pettigrew p e t t i g r e w", "it's [name] [name]"),
        ("magaret is poorly and so is jhon", "[name] is poorly and so is [name]"),
        ("next of kin carol ann", "next of kin [name]"),
    ],
)
def test_a_name_that_no_list_has_is_hidden_by_what_stands_around_it(said: str, shown: str) -> None:
    assert masking.masked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "my husband will not eat and my mum may die tonight",
        "HE WILL NOT WAKE MAY I CALL 999",
        "I hope the nurse comes. there's a mark on his arm. bill has come for the gas",
        "i have no faith left and no joy, the dawn is the worst, summer is hard",
        "I'm frank with you, its grace we need",
        "this is agony, it's raining here, I'm fine here, its bad here",
        "dr said to up the dose, nurse is not coming, sister came",
        "my name is not important, names on the list are wrong",
        "called out the nurse, they called back twice, he is called to bed",
        "thanks love, cheers mate, ta pet",
        "Mum and Dad, Nan and Gran, Uncle and Auntie are here",
        "monday to friday in may, april and june. We were married in May",
        "We moved from Preston to Chester in August",
        "Firemen came. Physiotherapist wants him to cough. Astra won't start",
        "gas bill, phone bill, and now a funeral bill",
        "it's m o r p h i n e morphine",
        "khuda hafiz, bapu is asleep",
        "PIP and Attendance Allowance are £108.55 a week",
        "gave him Oramorph and Midazolam",
    ],
)
def test_ordinary_words_stay(said: str) -> None:
    assert masking.masked(said) == said


@pytest.mark.parametrize(
    "said",
    [
        "Marie Curie came, and Macmillan rang, Dr Kershaw's Hospice too",
        "we went to St Ann's Hospice and Willow Wood Hospice, then the Christie",
        "He's at the Royal Victoria Infirmary, on the Rose Ward at St Mary's",
        "parkinsons and lewy body, hodgkins too",
        "the Admiral nurse and Sue Ryder",
    ],
)
def test_public_bodies_and_illnesses_with_names_stay(said: str) -> None:
    assert masking.masked(said) == said


def test_a_name_found_once_is_hidden_in_the_whole_conversation() -> None:
    said = [
        "my wife rose is poorly",
        "does rose need a nurse",
        "will the nurse come to Rose",
        "he rose from the chair",
    ]
    known = masking.names_in(said)
    assert known == {"rose"}
    assert masking.masked(said[1]) == said[1]
    assert [masking.masked(text, known) for text in said[:3]] == [
        "my wife [name] is poorly",
        "does [name] need a nurse",
        "will the nurse come to [name]",
    ]


def test_a_family_name_found_once_is_hidden_alone_too_and_helping_words_stay() -> None:
    known = masking.names_in(["My name is Will Raghunathan"])
    assert known == {"will", "raghunathan"}
    assert masking.masked("is raghunathan awake, will he come", known) == "is [name] awake, will he come"
