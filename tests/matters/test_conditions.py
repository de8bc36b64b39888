import pytest

from matters.conditions import holds


@pytest.mark.parametrize(
    ("when", "answers", "expected"),
    [
        (None, {}, True),
        ({}, {}, True),
        ({"scale": ["large"]}, {"scale": "large"}, True),
        ({"scale": ["large"]}, {"scale": "small"}, False),
        ({"scale": ["large"]}, {}, False),
        ({"scale": ["small", "large"]}, {"scale": "small"}, True),
        ({"scale": ["large"], "sewer": ["town"]}, {"scale": "large"}, False),
        ({"scale": ["large"], "sewer": ["town"]}, {"scale": "large", "sewer": "own"}, False),
        ({"scale": ["large"], "sewer": ["town"]}, {"scale": "large", "sewer": "town"}, True),
        ({"scale": []}, {"scale": "large"}, False),
    ],
)
def test_every_named_question_needs_one_of_its_choices(when, answers, expected) -> None:
    assert holds(when, answers) is expected
