"""Figures and tables of other libraries in replies."""

import pytest

import salon
from salon.conversations.reading import MessageReader
from salon.conversations.value_files import AllowedPaths, ValueFiles
from salon.secrets import Secrets
from salon.stores.local_files import LocalFiles
from tests.unit.test_replies import content, part

pd = pytest.importorskip("pandas")


@pytest.fixture
def store(tmp_path):
    return LocalFiles(tmp_path / "files", secrets=lambda: Secrets([b"s" * 32]))


@pytest.fixture
def read(store):
    return MessageReader(files=ValueFiles(store, owner="ann", allowed=AllowedPaths(roots=[], hidden=[]))).read


def test_a_matplotlib_figure_is_a_drawing_that_takes_the_pages_colours(read, store):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2, 3])
    shown = part(read, figure)

    assert (shown.kind, shown.props["is_themed"]) == ("plot", True)
    assert shown.files[0].media_type == "image/svg+xml"
    assert part(read, figure) == shown
    figure.set_facecolor("#123456")
    assert "is_themed" not in part(read, salon.Plot(figure)).props


def test_figures_of_other_libraries_are_plots(read, store):
    import altair as alt
    import bokeh.plotting
    import plotly.graph_objects

    drawn = part(read, alt.Chart(pd.DataFrame({"x": [1], "y": [2]})).mark_bar().encode(x="x", y="y"))
    figure = part(read, plotly.graph_objects.Figure(plotly.graph_objects.Scatter(x=[1], y=[2])))
    document = part(read, bokeh.plotting.figure())
    coloured = part(read, bokeh.plotting.figure(background_fill_color="beige"))

    assert content(store, drawn).startswith(b"<svg")
    assert figure.props["figure"]["data"][0]["type"] == "scatter"
    assert document.files[0].media_type == "text/html"
    assert (document.props["is_themed"], coloured.props.get("is_themed")) == (True, None)


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": [1, 2], "b": ["x", None]}),
        {"a": [1, 2], "b": ["x", None]},
        {"headers": ["a", "b"], "data": [[1, "x"], [2, None]]},
    ],
)
def test_a_table_is_headers_and_rows(read, value):
    shown = part(read, salon.Dataframe(value))

    assert shown.props == {"headers": ["a", "b"], "rows": [[1, "x"], [2, None]]}


def test_a_frame_of_a_library_that_makes_one_of_pandas_of_it_is_a_table(read):
    class Frame:
        def __dataframe__(self):
            raise NotImplementedError

        def to_pandas(self):
            return pd.DataFrame({"a": [1]})

    assert part(read, Frame()).props == {"headers": ["a"], "rows": [[1]]}


def test_of_a_long_table_the_first_rows_are_sent_and_the_number_of_all(read):
    props = part(read, pd.DataFrame({"a": range(6_000)})).props

    assert (len(props["rows"]), props["row_count"]) == (5_000, 6_000)
