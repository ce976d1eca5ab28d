/* Types of what these scripts share: for the checker alone, no browser reads this file. */

/* ------------------------------------------------------ what the page says (callbacks/browser_config.py) */

interface Config {
  ids: Record<string, string>;
  texts: Record<string, string>;
  paths: {
    survival: string; compare: string; patients: string; patient: string; data: string;
    upload: string; deck: string; files: string[];
  };
  views: { patients: string; patient: string }; // names of two pages
  figures: { first: string; rest: string; here: string }; // which of a page's are asked for
  blind: string; // what a query says of a covered outcome
  limits: {
    selected: number; idDigits: number; note: string; file: number; files: number; fileText: string;
    readingSeconds: string;
  };
  curve: {
    z: number; tail: number;
    marks: { many: number; plain: MarkLook; fine: MarkLook };
    name: { high: string; low: string; size: number; shift: number; room: Room };
  };
}
interface MarkLook { half: number; width: number }
interface Room { from: number; to: number; bottom: number; top: number }
interface PageFacts { name: string; title: string; asks: boolean; follows: boolean }

/* ------------------------------------------------------------------------------ stores (dcc.Store) */

/** `question`, and what follows it: `turn`, `asked`, `figures` (callbacks/question.py). */
interface Question {
  path: string;
  query: string; // the question as its address
  own: string; // the query of a page about several questions
  entry: "push" | "replace";
  title: string;
  study: string;
  endpoint: string;
  sel: string[]; // selected patients
  asks: boolean; // whether the question stands on the page
  view: string; // "survival/imail2": page and cohort
  clicks: number[];
  settled: number;
  cut: string;
  low: number; // patients at or below the cut
  follows: boolean; // whether the page's figures follow the line
  preview: string; // the key of its payload, "" without one
  previews: [string, string]; // of a page whose figures do not follow the line, and of one whose do
  neighbour?: number; // another patient's page was turned to, for the so manieth time
  only?: string; // which of its figures are wanted
}
/** `cut-settled`: where the line was left, and how often it was moved. */
interface CutSettled { cut: string; n: number }
/** `brought`: what the data page asks for. */
interface UploadWish {
  do: string; draft: string; n: number; code?: string; instead?: string; field?: unknown;
  value?: unknown;
}

/* ------------------------------------------------------ the payload of a drag (figures/preview.py) */

type CodedArray = ["u1" | "u2" | "u4" | "f4" | "f8", string]; // kind, base64
type TextParts = (string | number)[]; // a word, or the number of a column of words
interface PreviewFigure {
  times: CodedArray; time: CodedArray; event: CodedArray; low: CodedArray;
  texts: Record<string, TextParts>; // by the names of annotations
}
interface PreviewPayload {
  key: string;
  at: CodedArray; // where each cut lies on the axis, 0 to 1
  low: CodedArray; // samples at or below each cut
  plain: TextParts; said: TextParts; counts: TextParts; // each cut as a number, spoken, counted
  words: string[]; columns: CodedArray[];
  figures: Record<string, PreviewFigure>; // by endpoint
  bins?: CodedArray; // of the bars that stand for many patients
}
/** data-said: the server's words of every figure. */
interface SaidWords {
  cut: string; at: number; of: unknown; figures: Record<string, Record<string, string>>;
}

/* ------------------------------------------------------------------------ the machine of a drag */

type Hand = "resting" | "pressed" | "dragging" | "stepping";
interface DragAnswer {
  n: number; cut: number; ahead: boolean; arrived: boolean; drawn: boolean; words?: boolean;
}
interface DragState {
  hand: Hand;
  from: number | null; // where the movement began
  target: number | null; // the cut that is shown over what was drawn
  answer: DragAnswer | null;
  count: number; // how often the server was asked
  early: number[]; // steps by key before the payload was there
  over: boolean; // the pointer was released before the payload was there
}
interface CutLine { start: number; last: number; ahead: boolean }
interface HandEvent {
  type: string; cut?: number | null; by?: number; mine?: boolean; agree?: boolean; n?: number;
  there?: boolean; long?: boolean;
}
type Transition = (state: DragState, event: any, line: CutLine | null) => any[];
interface DragMachine {
  START: DragState;
  next(state: DragState, event: HandEvent, line: CutLine | null):
    { state: DragState; effects: string[] };
}

interface Steps { past: string[]; at: string; future: string[]; wanted: string[] }

/* ---------------------------------------------------------------------- what a drag is drawn with */

type TypedNumbers = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array;
type Numbers = TypedNumbers | number[];

/** One side of the cut, row by row of its curve. */
interface CurveSide {
  n: number; rows: number; marks: number; known: number; scarce: number;
  deaths: Int32Array; lost: Int32Array; row: Int32Array; censored: Int32Array;
  level: Float64Array; spread: Float64Array;
  fill(): void;
  band(row: number): number[];
  levels(into: Float64Array): Float64Array;
  table(until: number[]): { risk: number; censor: number; event: number }[];
}
interface CurvePatients {
  times: Numbers; low: CurveSide; high: CurveSide;
  until(time: number): number;
  at(cut: number): void;
}
interface CurveGeometry {
  x: number[]; start: number; along: string[]; column: Int32Array | null;
  height(share: number): number;
  up: string[]; percent: number;
}
interface PreviewModel {
  key: string; place: TypedNumbers; low: TypedNumbers; bins: TypedNumbers | null; last: number;
  plain: TextParts; said: TextParts; counts: TextParts;
  figures: Record<string, { patients: CurvePatients; texts: Record<string, TextParts> }>;
  text(parts: TextParts, cut: number): string;
  nearest(place: number): number;
  index(low: number): number;
}
interface OverwrittenValues {
  attribute(place: Element, name: string, value: string | null): void;
  style(place: any, name: string, value: string): void;
  property(place: any, name: string, value: unknown): void;
  restore(): void; forget(): void; clear(): void;
}
interface DrawnOver {
  gd: PlotlyElement; kept: OverwrittenValues; meta: FigureMeta; hidden: boolean;
  drop(): void; paint(model: PreviewModel, cut: number): void; restore(): void;
}

/* ---------------------------------------------------------------------------------- the one global */

interface Cutline {
  config: Config;
  say(name: string, values?: Record<string, unknown>): string;
  set(id: string | object, properties: object): void;
  tell(text: string): void;
  nameFigures(endpoint?: string): void;
  address: {
    open(address: string | null, option?: string | null): void;
    read(): void;
    question(): Question | null;
    cohort(): string | null;
  };
  queries: {
    cohortOf(query: string): string | null;
    sorted(query: string, ...without: string[]): string;
    elsewhere(question: Question): string;
    search(question: Question): string;
    withSelection(address: string, here: string): string;
    page(pages: Record<string, PageFacts>, path: string): PageFacts | undefined;
    turned(now: Question, pages: Record<string, PageFacts>, path: string, query: string):
      (Omit<Question, "neighbour"> & { neighbour: boolean }) | null;
    redrawn(now: Question, path: string, query: string, option: string): Question | null;
  };
  requests: {
    busy(): boolean; answered(of: unknown): void; remark(status: number, noted: boolean): string;
  };
  numbers: {
    significant(value: number | null | undefined): string;
    megabytes(bytes: number): string;
    percent(share: number): string;
    sparkline(values: (number | null)[], wide: number, tall: number):
      { known: number[]; path: string; last: { x: number; y: number } };
  };
  curve: {
    Side: new (size: number) => CurveSide;
    Patients: new (arrays: {
      times: Numbers; time: Numbers; event: Numbers; cuts: Numbers;
    }) => CurvePatients;
    firstFrom(sorted: Numbers, value: number): number;
    scarceBelow(n: number): number;
  };
  payload: {
    Model: new (payload: PreviewPayload) => PreviewModel;
    Texts: new (words: string[], columns: CodedArray[]) => {
      at(parts: TextParts, i: number): string;
    };
    decoded(coded: CodedArray): TypedNumbers;
  };
  curvePaths: {
    GRAIN: number;
    geometry(times: Numbers, pixel: {
      x(time: number): number; y(percent: number): number;
    }): CurveGeometry;
    steps(side: CurveSide, from: number, to: number, place: CurveGeometry): string;
    outline(side: CurveSide, place: CurveGeometry): string;
    marks(side: CurveSide, reach: number, place: CurveGeometry): string;
    apart(times: Numbers, end: number, above: Numbers, below: Numbers, room: Room): number;
  };
  drawn: {
    Overwritten: new () => OverwrittenValues;
    DrawnFigure: new (gd: PlotlyElement, after: (figure: DrawnOver) => void) => DrawnOver;
  };
  markup: {
    pieces(markup: string): { tag: string; text: string }[][];
    set(element: Element, markup: string): void;
    bare(markup: string): string;
  };
  KmFigure: Cutline["drawn"]["DrawnFigure"];
  MarkerStrip: Cutline["drawn"]["DrawnFigure"];
  splitBins(bins: ArrayLike<number>, low: number): number[][];
  dragState: DragMachine;
  drag: {
    send(event: HandEvent): void;
    state(): DragState;
    slider(): HTMLElement; thumb(): HTMLElement;
    ready(): boolean; previews(): boolean;
    write(): void;
    nearest(place: number): number;
    confirm(said: SaidWords | null): void;
    awaits(question: Question): boolean;
  };
  pointer: { cut(): number | null };
  deck: { make(): Promise<void>; cancel(): void };
  actions: { follow(question: Question | null): void };
  menu: { close(): boolean };
  steps: {
    NONE: Steps;
    MOST: number;
    valid(kept: any): boolean;
    moved(steps: Steps, from: "past" | "future", to: "past" | "future"): Steps;
    arrived(steps: Steps, query: string, popped: boolean): Steps;
  };
  undo: { arrived(question: Question | null): void };
  selection: {
    ids(): string[]; select(ids: string[]): void; toggle(ids: string[]): void;
    link(id: string): string; openPatient(id: string): void;
  };
  marks: { highlight(ids: string[]): void; moved(gd: HTMLElement): boolean };
  markList: {
    open(who: [string, string][], from: { clientX?: number; clientY?: number }): void;
    close(): boolean;
  };
  patientPage: { keepOrder(ids: string[]): void };
  notes: { leave(question: Question | null): void };
  uploadWishes: { want(wish: object): void; remember(...elements: (Element | null)[]): void };
  uploadFields: { named(button: Element): Record<string, string> };
  uploadFiles: {
    upload(files: File[], input?: HTMLInputElement): void;
    hideProgress(): void;
    chooseInstead(code: string): void;
  };
}

/** A box that Plotly has drawn into. */
interface PlotlyElement extends HTMLElement {
  on(event: string, heard: (event: any) => void): void;
  layout: any;
  _fullLayout: any;
  _fullData: any[];
  _hoverdata: any;
}
/** layout.meta of a figure. */
interface FigureMeta {
  key?: string; // the payload that it follows
  of?: string; // its endpoint
  cut?: string;
  subjects?: [string, string][];
}

interface Window {
  cutline: Cutline;
  dash_clientside: any;
  dashAgGridComponentFunctions: any;
  dashAgGridFunctions: any;
  Plotly: any;
  React: any;
}
