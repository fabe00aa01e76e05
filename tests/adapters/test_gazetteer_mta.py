"""The MTA's station table is read in the layouts of its years; an unknown one is refused with the reason."""

from __future__ import annotations

import pytest

from core.adapters.gazetteer.mta_stations import read_mta_stations

NEW = """GTFS Stop ID,Station ID,Complex ID,Line,Stop Name,Borough,CBD,Daytime Routes,GTFS Latitude,GTFS Longitude
X01,1,7,Franklin Shuttle,Made-Up St,Bk,false,S,40.1,-73.1
X02,2,7,Rockaway,Made-Up St,Bk,false,A S,40.1,-73.1
901,3,3,Lexington - Shuttle,Invented Sq,M,true,S,40.2,-73.2
"""
OLD = """Station ID,Complex ID,GTFS Stop ID,Division,Line,Stop Name,Borough,Daytime Routes,GTFS Latitude,GTFS Longitude
1,7,X01,BMT,Franklin Shuttle,Made-Up St,Bk,S,40.1,-73.1
2,7,X02,IND,Rockaway,Made-Up St,B,S A,40.1,-73.1
3,3,901,IRT,Lexington - Shuttle,Invented Sq,M,S,40.2,-73.2
"""


@pytest.mark.parametrize("text", [NEW, OLD, OLD.replace("\n", "\r\n"), "\ufeff" + NEW])
def test_both_layouts_give_the_same_stations(text):
    stations = read_mta_stations(text.encode())
    assert [(found.id, found.lines, found.complex_id, found.area) for found in stations] == [
        ("901", ("GS",), "3", "Manhattan"),
        ("X01", ("FS",), "7", "Brooklyn"),
        ("X02", ("A", "H"), "7", "Brooklyn"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b,c\n1,2,3\n", "no layout of this table that we know: without the column GTFS Stop ID"),
        (NEW.splitlines()[0].replace("Daytime Routes", "Routes") + "\n", "without the column Daytime Routes"),
        ("Complex ID,Is Complex,Constituent Station Names\n1,true,A; B\n", "table of complexes"),
        (NEW.replace(",Bk,", ",Zz,"), "line 2: borough 'Zz'"),
        (NEW.replace("Franklin Shuttle", "Moon Shuttle"), "line 2: stop X01 has a shuttle on 'Moon Shuttle'"),
        (NEW.replace("40.1", "north"), "line 2: could not convert"),
        (NEW.replace("40.1", "140.1"), "line 2: Input should be less than or equal to 90"),
        (NEW.splitlines()[0] + "\nX01,1\n", "line 2: list index out of range"),
        (NEW.splitlines()[0] + "\n", "holds no station"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError, match=reason.replace("(", r"\(")):
        read_mta_stations(text.encode())
