"""The shapes that cross to the browser and back; `js/src/protocol.ts` is generated from this package.

Kernel to browser: traits. Each trait of `SessionWidget` holds one of the `...View` shapes below, always whole,
so a page reload or a second view is complete at once.

Browser to kernel: messages. `Intent` is the union of all of them, tagged by `type`; whatever does not have one of
these shapes is counted and dropped. Messages from the kernel name the one client that they are for.

Everything here is JSON: no dates, no tuples, no `NaN`.

    graph.py      the laid out graph
    run.py        the run, and what each node of it is doing
    cards.py      a pending request, and `decisions.py` the answers that were given
    timeline.py   the steps and the decisions, a row each
    inside.py     what a task was given, did and wrote; `values.py` is a value in it
    forks.py      the other runs that were started from this one
    inbox.py      the threads that wait, and what their list is asked for
    controls.py   what a request is answered with; `table.py` is the largest of them
    fields.py     what forms are made of, and `files.py` what a file field asks the kernel for
    markdown.py   a Markdown text as the elements that are drawn
    messages.py   what the browser sends, and what one client is told
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .cards import (
    Again as Again,
    CardView as CardView,
    ContextView as ContextView,
    DeadlineView as DeadlineView,
    FindingView as FindingView,
    ImageView as ImageView,
    WhyView as WhyView,
)
from .controls import (
    ApprovalControl as ApprovalControl,
    ArgumentView as ArgumentView,
    BreakpointControl as BreakpointControl,
    ChoiceView as ChoiceView,
    ControlView as ControlView,
    DecideControl as DecideControl,
    DecidedItem as DecidedItem,
    FormControl as FormControl,
    ItemView as ItemView,
    LinkView as LinkView,
    WidgetControl as WidgetControl,
)
from .fields import (
    BooleanField as BooleanField,
    Branch as Branch,
    ChoiceField as ChoiceField,
    ChoicesField as ChoicesField,
    DateField as DateField,
    DateTimeField as DateTimeField,
    FieldView as FieldView,
    FileField as FileField,
    JsonField as JsonField,
    ListField as ListField,
    MapField as MapField,
    NamedField as NamedField,
    NamedMap as NamedMap,
    NumberField as NumberField,
    ObjectField as ObjectField,
    Option as Option,
    RankField as RankField,
    RefField as RefField,
    TextField as TextField,
    TimeField as TimeField,
    TupleField as TupleField,
    UnionField as UnionField,
)
from .files import (
    CancelUpload as CancelUpload,
    FileEntry as FileEntry,
    FolderView as FolderView,
    ListFolder as ListFolder,
    Uploaded as Uploaded,
    UploadPart as UploadPart,
)
from .markdown import MarkdownNode as MarkdownNode, MarkdownTag as MarkdownTag
from .run import (
    ErrorView as ErrorView,
    NodeStatus as NodeStatus,
    NodeView as NodeView,
    RunView as RunView,
    SessionStatus as SessionStatus,
    TaskCounts as TaskCounts,
)
from .table import (
    ShownEdit as ShownEdit,
    TableCell as TableCell,
    TableColumn as TableColumn,
    TableControl as TableControl,
    TableEdit as TableEdit,
    TableFilter as TableFilter,
    TablePage as TablePage,
    TablePositions as TablePositions,
    TableQuery as TableQuery,
    TableReply as TableReply,
    TableRow as TableRow,
    TableSort as TableSort,
    TableStart as TableStart,
)

if TYPE_CHECKING:
    from .decisions import DecisionsView as DecisionsView, DecisionView as DecisionView
    from .forks import (
        ComparisonView as ComparisonView,
        ForkView as ForkView,
        KeyView as KeyView,
        PairView as PairView,
    )
    from .graph import EdgePath as EdgePath, GraphView as GraphView, NodeBox as NodeBox
    from .inbox import (
        AlikeIntent as AlikeIntent,
        ChooseIntent as ChooseIntent,
        InboxAlike as InboxAlike,
        InboxChosen as InboxChosen,
        InboxIntent as InboxIntent,
        InboxOpened as InboxOpened,
        InboxQuery as InboxQuery,
        InboxQuestion as InboxQuestion,
        InboxRow as InboxRow,
        InboxRows as InboxRows,
        InboxView as InboxView,
        NewsAnswer as NewsAnswer,
        NewsIntent as NewsIntent,
        OpenThreadIntent as OpenThreadIntent,
        RefreshIntent as RefreshIntent,
        RowsIntent as RowsIntent,
    )
    from .inside import (
        AskedView as AskedView,
        AttemptView as AttemptView,
        CauseView as CauseView,
        ChangeView as ChangeView,
        ExceptionView as ExceptionView,
        FrameView as FrameView,
        InsideView as InsideView,
        NodeInsideView as NodeInsideView,
        OutputChunk as OutputChunk,
        SourceLine as SourceLine,
    )
    from .messages import (
        Ack as Ack,
        AnswerIntent as AnswerIntent,
        AskAgainIntent as AskAgainIntent,
        BreakpointIntent as BreakpointIntent,
        Fetched as Fetched,
        FetchIntent as FetchIntent,
        FoldIntent as FoldIntent,
        FollowUpIntent as FollowUpIntent,
        ForkIntent as ForkIntent,
        HelloIntent as HelloIntent,
        Intent as Intent,
        LookAtAnswer as LookAtAnswer,
        LookAtComparison as LookAtComparison,
        LookAtNode as LookAtNode,
        LookAtReplay as LookAtReplay,
        LookAtRows as LookAtRows,
        LookAtTask as LookAtTask,
        LookAtValue as LookAtValue,
        LookIntent as LookIntent,
        NeedIntent as NeedIntent,
        OpenForkIntent as OpenForkIntent,
        Refused as Refused,
        RestartIntent as RestartIntent,
        RetryIntent as RetryIntent,
        StopIntent as StopIntent,
        TouchedIntent as TouchedIntent,
        WhyIntent as WhyIntent,
    )
    from .timeline import (
        DecisionRow as DecisionRow,
        NodeCount as NodeCount,
        RowsView as RowsView,
        StepRow as StepRow,
        TaskView as TaskView,
        TimelineView as TimelineView,
    )
    from .values import (
        CallView as CallView,
        ColumnHead as ColumnHead,
        EntryView as EntryView,
        FoldedValue as FoldedValue,
        ImageValue as ImageValue,
        ListValue as ListValue,
        MapValue as MapValue,
        MarkdownValue as MarkdownValue,
        MessageValue as MessageValue,
        OpaqueValue as OpaqueValue,
        PlainValue as PlainValue,
        SecretValue as SecretValue,
        ShownValue as ShownValue,
        TableValue as TableValue,
        TextValue as TextValue,
        ValueView as ValueView,
    )

LATER = ("decisions", "forks", "graph", "inbox", "inside", "messages", "timeline", "values")
"""What only a view has: loaded when it is named, since a script has none, and shapes take a while to make."""


def __getattr__(name: str) -> Any:
    for module in () if name.startswith("_") else LATER:
        if (found := getattr(import_module(f".{module}", __name__), name, None)) is not None:
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
