import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface AggregateMessage {
    question?: Question;
    answer?: Answer;
    declined?: Declined;
}
export declare namespace AggregateMessage {
    const codec: () => Codec<AggregateMessage>;
    interface AggregateMessageQuestionNonceFieldEvent {
        field: '$.question.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AggregateMessageQuestionNamesFieldEvent {
        field: '$.question.names[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface AggregateMessageQuestionHopsFieldEvent {
        field: '$.question.hops';
        value: number;
    }
    interface AggregateMessageQuestionTimeLeftMsFieldEvent {
        field: '$.question.timeLeftMs';
        value: number;
    }
    interface AggregateMessageAnswerIdFieldEvent {
        field: '$.answer.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AggregateMessageAnswerContributionsPeerFieldEvent {
        field: '$.answer.contributions[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerContributionsStatementFieldEvent {
        field: '$.answer.contributions[].statement';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerContributionsSignatureFieldEvent {
        field: '$.answer.contributions[].signature';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerSubtotalNodesFieldEvent {
        field: '$.answer.subtotal.nodes';
        value: number;
    }
    interface AggregateMessageAnswerSubtotalFiguresValuesFieldEvent {
        field: '$.answer.subtotal.figures[].values';
        value: number;
        index: number;
    }
    interface AggregateMessageAnswerSubtotalFiguresSumFieldEvent {
        field: '$.answer.subtotal.figures[].sum';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerSubtotalFiguresMinFieldEvent {
        field: '$.answer.subtotal.figures[].min';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerSubtotalFiguresMaxFieldEvent {
        field: '$.answer.subtotal.figures[].max';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerFailedFromFieldEvent {
        field: '$.answer.failed[].from';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerFailedToFieldEvent {
        field: '$.answer.failed[].to';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AggregateMessageAnswerFailedReasonFieldEvent {
        field: '$.answer.failed[].reason';
        value: number;
        index: number;
    }
    interface AggregateMessageAnswerMoreFailedFieldEvent {
        field: '$.answer.moreFailed';
        value: number;
    }
    interface AggregateMessageDeclinedIdFieldEvent {
        field: '$.declined.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AggregateMessageDeclinedReasonFieldEvent {
        field: '$.declined.reason';
        value: number;
    }
    function encode(obj: Partial<AggregateMessage>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AggregateMessage>): AggregateMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AggregateMessage>): Generator<AggregateMessageQuestionNonceFieldEvent | AggregateMessageQuestionNamesFieldEvent | AggregateMessageQuestionHopsFieldEvent | AggregateMessageQuestionTimeLeftMsFieldEvent | AggregateMessageAnswerIdFieldEvent | AggregateMessageAnswerContributionsPeerFieldEvent | AggregateMessageAnswerContributionsStatementFieldEvent | AggregateMessageAnswerContributionsSignatureFieldEvent | AggregateMessageAnswerSubtotalNodesFieldEvent | AggregateMessageAnswerSubtotalFiguresValuesFieldEvent | AggregateMessageAnswerSubtotalFiguresSumFieldEvent | AggregateMessageAnswerSubtotalFiguresMinFieldEvent | AggregateMessageAnswerSubtotalFiguresMaxFieldEvent | AggregateMessageAnswerFailedFromFieldEvent | AggregateMessageAnswerFailedToFieldEvent | AggregateMessageAnswerFailedReasonFieldEvent | AggregateMessageAnswerMoreFailedFieldEvent | AggregateMessageDeclinedIdFieldEvent | AggregateMessageDeclinedReasonFieldEvent>;
}
export interface Question {
    nonce: Uint8Array<ArrayBuffer>;
    names: Uint8Array<ArrayBuffer>[];
    hops: number;
    timeLeftMs: number;
}
export declare namespace Question {
    const codec: () => Codec<Question>;
    interface QuestionNonceFieldEvent {
        field: '$.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    interface QuestionNamesFieldEvent {
        field: '$.names[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface QuestionHopsFieldEvent {
        field: '$.hops';
        value: number;
    }
    interface QuestionTimeLeftMsFieldEvent {
        field: '$.timeLeftMs';
        value: number;
    }
    function encode(obj: Partial<Question>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Question>): Question;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Question>): Generator<QuestionNonceFieldEvent | QuestionNamesFieldEvent | QuestionHopsFieldEvent | QuestionTimeLeftMsFieldEvent>;
}
export interface Answer {
    id: Uint8Array<ArrayBuffer>;
    contributions: Contribution[];
    subtotal?: Subtotal;
    failed: FailedLink[];
    moreFailed: number;
}
export declare namespace Answer {
    const codec: () => Codec<Answer>;
    interface AnswerIdFieldEvent {
        field: '$.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AnswerContributionsPeerFieldEvent {
        field: '$.contributions[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerContributionsStatementFieldEvent {
        field: '$.contributions[].statement';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerContributionsSignatureFieldEvent {
        field: '$.contributions[].signature';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerSubtotalNodesFieldEvent {
        field: '$.subtotal.nodes';
        value: number;
    }
    interface AnswerSubtotalFiguresValuesFieldEvent {
        field: '$.subtotal.figures[].values';
        value: number;
        index: number;
    }
    interface AnswerSubtotalFiguresSumFieldEvent {
        field: '$.subtotal.figures[].sum';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerSubtotalFiguresMinFieldEvent {
        field: '$.subtotal.figures[].min';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerSubtotalFiguresMaxFieldEvent {
        field: '$.subtotal.figures[].max';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerFailedFromFieldEvent {
        field: '$.failed[].from';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerFailedToFieldEvent {
        field: '$.failed[].to';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnswerFailedReasonFieldEvent {
        field: '$.failed[].reason';
        value: number;
        index: number;
    }
    interface AnswerMoreFailedFieldEvent {
        field: '$.moreFailed';
        value: number;
    }
    function encode(obj: Partial<Answer>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Answer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Generator<AnswerIdFieldEvent | AnswerContributionsPeerFieldEvent | AnswerContributionsStatementFieldEvent | AnswerContributionsSignatureFieldEvent | AnswerSubtotalNodesFieldEvent | AnswerSubtotalFiguresValuesFieldEvent | AnswerSubtotalFiguresSumFieldEvent | AnswerSubtotalFiguresMinFieldEvent | AnswerSubtotalFiguresMaxFieldEvent | AnswerFailedFromFieldEvent | AnswerFailedToFieldEvent | AnswerFailedReasonFieldEvent | AnswerMoreFailedFieldEvent>;
}
export interface Contribution {
    peer: Uint8Array<ArrayBuffer>;
    statement: Uint8Array<ArrayBuffer>;
    signature: Uint8Array<ArrayBuffer>;
}
export declare namespace Contribution {
    const codec: () => Codec<Contribution>;
    interface ContributionPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface ContributionStatementFieldEvent {
        field: '$.statement';
        value: Uint8Array<ArrayBuffer>;
    }
    interface ContributionSignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Contribution>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Contribution>): Contribution;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Contribution>): Generator<ContributionPeerFieldEvent | ContributionStatementFieldEvent | ContributionSignatureFieldEvent>;
}
export interface Statement {
    figures: Figure[];
}
export declare namespace Statement {
    const codec: () => Codec<Statement>;
    interface StatementFiguresValuesFieldEvent {
        field: '$.figures[].values';
        value: number;
        index: number;
    }
    interface StatementFiguresSumFieldEvent {
        field: '$.figures[].sum';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface StatementFiguresMinFieldEvent {
        field: '$.figures[].min';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface StatementFiguresMaxFieldEvent {
        field: '$.figures[].max';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    function encode(obj: Partial<Statement>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Statement>): Statement;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Statement>): Generator<StatementFiguresValuesFieldEvent | StatementFiguresSumFieldEvent | StatementFiguresMinFieldEvent | StatementFiguresMaxFieldEvent>;
}
export interface Figure {
    values: number;
    sum: Uint8Array<ArrayBuffer>;
    min: Uint8Array<ArrayBuffer>;
    max: Uint8Array<ArrayBuffer>;
}
export declare namespace Figure {
    const codec: () => Codec<Figure>;
    interface FigureValuesFieldEvent {
        field: '$.values';
        value: number;
    }
    interface FigureSumFieldEvent {
        field: '$.sum';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FigureMinFieldEvent {
        field: '$.min';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FigureMaxFieldEvent {
        field: '$.max';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Figure>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Figure>): Figure;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Figure>): Generator<FigureValuesFieldEvent | FigureSumFieldEvent | FigureMinFieldEvent | FigureMaxFieldEvent>;
}
export interface Subtotal {
    nodes: number;
    figures: Figure[];
}
export declare namespace Subtotal {
    const codec: () => Codec<Subtotal>;
    interface SubtotalNodesFieldEvent {
        field: '$.nodes';
        value: number;
    }
    interface SubtotalFiguresValuesFieldEvent {
        field: '$.figures[].values';
        value: number;
        index: number;
    }
    interface SubtotalFiguresSumFieldEvent {
        field: '$.figures[].sum';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SubtotalFiguresMinFieldEvent {
        field: '$.figures[].min';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SubtotalFiguresMaxFieldEvent {
        field: '$.figures[].max';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    function encode(obj: Partial<Subtotal>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Subtotal>): Subtotal;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Subtotal>): Generator<SubtotalNodesFieldEvent | SubtotalFiguresValuesFieldEvent | SubtotalFiguresSumFieldEvent | SubtotalFiguresMinFieldEvent | SubtotalFiguresMaxFieldEvent>;
}
export interface FailedLink {
    from: Uint8Array<ArrayBuffer>;
    to: Uint8Array<ArrayBuffer>;
    reason: number;
}
export declare namespace FailedLink {
    const codec: () => Codec<FailedLink>;
    interface FailedLinkFromFieldEvent {
        field: '$.from';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FailedLinkToFieldEvent {
        field: '$.to';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FailedLinkReasonFieldEvent {
        field: '$.reason';
        value: number;
    }
    function encode(obj: Partial<FailedLink>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FailedLink>): FailedLink;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FailedLink>): Generator<FailedLinkFromFieldEvent | FailedLinkToFieldEvent | FailedLinkReasonFieldEvent>;
}
export interface Declined {
    id: Uint8Array<ArrayBuffer>;
    reason: number;
}
export declare namespace Declined {
    const codec: () => Codec<Declined>;
    interface DeclinedIdFieldEvent {
        field: '$.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface DeclinedReasonFieldEvent {
        field: '$.reason';
        value: number;
    }
    function encode(obj: Partial<Declined>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Declined>): Declined;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Declined>): Generator<DeclinedIdFieldEvent | DeclinedReasonFieldEvent>;
}
