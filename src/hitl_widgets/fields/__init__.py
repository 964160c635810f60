"""JSON Schema → a tree of fields, their defaults, and what is wrong with a reply. Pure: no Jupyter, no LangGraph.

    Python type ──from_type──▶ schema ──field_for──▶ FieldView ──(browser)──▶ reply ──decode──▶ JSON value
                                    JSON value ──encode──▶ reply
                                                           Python value from code ──as_json──▶ JSON value
                                                            JSON value ──validate──▶ what is wrong with it

`check` is what the browser also does while one types (`tests/fixtures/fields.json` keeps the two alike); `validate`
is the last word, with the whole schema.
"""

from .children import starting_from as starting_from
from .choices import (
    choice_label as choice_label,
    choice_schema as choice_schema,
    choice_values as choice_values,
)
from .encode import CannotShowError as CannotShowError, encode as encode
from .from_code import as_json as as_json
from .from_schema import field_for as field_for
from .from_type import (
    PythonType as PythonType,
    from_type as from_type,
    in_words as in_words,
    is_type as is_type,
    portable as portable,
)
from .halves import halves_in as halves_in
from .json_text import (
    as_json_text as as_json_text,
    as_read_json_text as as_read_json_text,
    parse_json as parse_json,
)
from .loading import prepare as prepare
from .place import json_start as json_start
from .placing import at_fields as at_fields, has_password as has_password
from .replaced import checked as checked, replaced as replaced, replacing as replacing
from .replies import check as check, decode as decode, default_reply as default_reply
from .room import with_room as with_room
from .schema import Schema as Schema, has_secret as has_secret, is_secret as is_secret, one_kind as one_kind
from .unfit import why_nothing_fits as why_nothing_fits
from .validation import is_usable as is_usable, validate as validate
from .values import MISSING as MISSING, is_number as is_number, is_object as is_object, same as same
