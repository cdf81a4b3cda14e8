import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface SearchMessage {
    hello?: Hello;
    welcome?: Welcome;
    refused?: Refused;
    query?: Query;
    hits?: Hits;
    report?: Report;
    cancel?: Cancel;
    ping?: Ping;
    pong?: Pong;
}
export declare namespace SearchMessage {
    const codec: () => Codec<SearchMessage>;
    interface SearchMessageHelloNicknameFieldEvent {
        field: '$.hello.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessageWelcomeNicknameFieldEvent {
        field: '$.welcome.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessageRefusedReasonFieldEvent {
        field: '$.refused.reason';
        value: number;
    }
    interface SearchMessageRefusedAddressesFieldEvent {
        field: '$.refused.addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessageQueryNonceFieldEvent {
        field: '$.query.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessageQueryTextFieldEvent {
        field: '$.query.text';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessageQueryTtlFieldEvent {
        field: '$.query.ttl';
        value: number;
    }
    interface SearchMessageQueryHopsFieldEvent {
        field: '$.query.hops';
        value: number;
    }
    interface SearchMessageQueryBudgetFieldEvent {
        field: '$.query.budget';
        value: number;
    }
    interface SearchMessageQueryOwnOnlyFieldEvent {
        field: '$.query.ownOnly';
        value: boolean;
    }
    interface SearchMessageQueryReportFieldEvent {
        field: '$.query.report';
        value: boolean;
    }
    interface SearchMessageQueryTraceFieldEvent {
        field: '$.query.trace';
        value: boolean;
    }
    interface SearchMessageHitsIdFieldEvent {
        field: '$.hits.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessageHitsHitsEntryCidFieldEvent {
        field: '$.hits.hits[].entry.cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SearchMessageHitsHitsEntryPathFieldEvent {
        field: '$.hits.hits[].entry.path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SearchMessageHitsHitsEntrySizeFieldEvent {
        field: '$.hits.hits[].entry.size';
        value: number;
        index: number;
    }
    interface SearchMessageHitsHitsEntryMimeFieldEvent {
        field: '$.hits.hits[].entry.mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SearchMessageHitsHitsEntryModifiedFieldEvent {
        field: '$.hits.hits[].entry.modified';
        value: number;
        index: number;
    }
    interface SearchMessageHitsHitsProvidersPeerFieldEvent {
        field: '$.hits.hits[].providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SearchMessageHitsHitsProvidersNicknameFieldEvent {
        field: '$.hits.hits[].providers[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SearchMessageHitsHitsProvidersHowFieldEvent {
        field: '$.hits.hits[].providers[].how';
        value: number;
        index: number;
    }
    interface SearchMessageReportIdFieldEvent {
        field: '$.report.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessageReportNodesFieldEvent {
        field: '$.report.nodes';
        value: number;
    }
    interface SearchMessageReportQueriesFieldEvent {
        field: '$.report.queries';
        value: number;
    }
    interface SearchMessageReportAnswersFieldEvent {
        field: '$.report.answers';
        value: number;
    }
    interface SearchMessageReportBytesFieldEvent {
        field: '$.report.bytes';
        value: number;
    }
    interface SearchMessageReportDuplicatesFieldEvent {
        field: '$.report.duplicates';
        value: number;
    }
    interface SearchMessageReportTruncatedFieldEvent {
        field: '$.report.truncated';
        value: boolean;
    }
    interface SearchMessageReportVisitsPeerFieldEvent {
        field: '$.report.visits[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SearchMessageReportVisitsFromFieldEvent {
        field: '$.report.visits[].from';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SearchMessageReportVisitsHopsFieldEvent {
        field: '$.report.visits[].hops';
        value: number;
        index: number;
    }
    interface SearchMessageReportVisitsHitsFieldEvent {
        field: '$.report.visits[].hits';
        value: number;
        index: number;
    }
    interface SearchMessageReportVisitsAgainFieldEvent {
        field: '$.report.visits[].again';
        value: boolean;
        index: number;
    }
    interface SearchMessageCancelIdFieldEvent {
        field: '$.cancel.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SearchMessagePingNonceFieldEvent {
        field: '$.ping.nonce';
        value: number;
    }
    interface SearchMessagePongNonceFieldEvent {
        field: '$.pong.nonce';
        value: number;
    }
    function encode(obj: Partial<SearchMessage>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SearchMessage>): SearchMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SearchMessage>): Generator<SearchMessageHelloNicknameFieldEvent | SearchMessageWelcomeNicknameFieldEvent | SearchMessageRefusedReasonFieldEvent | SearchMessageRefusedAddressesFieldEvent | SearchMessageQueryNonceFieldEvent | SearchMessageQueryTextFieldEvent | SearchMessageQueryTtlFieldEvent | SearchMessageQueryHopsFieldEvent | SearchMessageQueryBudgetFieldEvent | SearchMessageQueryOwnOnlyFieldEvent | SearchMessageQueryReportFieldEvent | SearchMessageQueryTraceFieldEvent | SearchMessageHitsIdFieldEvent | SearchMessageHitsHitsEntryCidFieldEvent | SearchMessageHitsHitsEntryPathFieldEvent | SearchMessageHitsHitsEntrySizeFieldEvent | SearchMessageHitsHitsEntryMimeFieldEvent | SearchMessageHitsHitsEntryModifiedFieldEvent | SearchMessageHitsHitsProvidersPeerFieldEvent | SearchMessageHitsHitsProvidersNicknameFieldEvent | SearchMessageHitsHitsProvidersHowFieldEvent | SearchMessageReportIdFieldEvent | SearchMessageReportNodesFieldEvent | SearchMessageReportQueriesFieldEvent | SearchMessageReportAnswersFieldEvent | SearchMessageReportBytesFieldEvent | SearchMessageReportDuplicatesFieldEvent | SearchMessageReportTruncatedFieldEvent | SearchMessageReportVisitsPeerFieldEvent | SearchMessageReportVisitsFromFieldEvent | SearchMessageReportVisitsHopsFieldEvent | SearchMessageReportVisitsHitsFieldEvent | SearchMessageReportVisitsAgainFieldEvent | SearchMessageCancelIdFieldEvent | SearchMessagePingNonceFieldEvent | SearchMessagePongNonceFieldEvent>;
}
export interface Hello {
    nickname: Uint8Array<ArrayBuffer>;
}
export declare namespace Hello {
    const codec: () => Codec<Hello>;
    interface HelloNicknameFieldEvent {
        field: '$.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Hello>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Hello;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Generator<HelloNicknameFieldEvent>;
}
export interface Welcome {
    nickname: Uint8Array<ArrayBuffer>;
}
export declare namespace Welcome {
    const codec: () => Codec<Welcome>;
    interface WelcomeNicknameFieldEvent {
        field: '$.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Welcome>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Welcome>): Welcome;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Welcome>): Generator<WelcomeNicknameFieldEvent>;
}
export interface Refused {
    reason: number;
    addresses: Uint8Array<ArrayBuffer>[];
}
export declare namespace Refused {
    const codec: () => Codec<Refused>;
    interface RefusedReasonFieldEvent {
        field: '$.reason';
        value: number;
    }
    interface RefusedAddressesFieldEvent {
        field: '$.addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Refused>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refused>): Refused;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refused>): Generator<RefusedReasonFieldEvent | RefusedAddressesFieldEvent>;
}
export interface Query {
    nonce: Uint8Array<ArrayBuffer>;
    text: Uint8Array<ArrayBuffer>;
    ttl: number;
    hops: number;
    budget: number;
    ownOnly: boolean;
    report: boolean;
    trace: boolean;
}
export declare namespace Query {
    const codec: () => Codec<Query>;
    interface QueryNonceFieldEvent {
        field: '$.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    interface QueryTextFieldEvent {
        field: '$.text';
        value: Uint8Array<ArrayBuffer>;
    }
    interface QueryTtlFieldEvent {
        field: '$.ttl';
        value: number;
    }
    interface QueryHopsFieldEvent {
        field: '$.hops';
        value: number;
    }
    interface QueryBudgetFieldEvent {
        field: '$.budget';
        value: number;
    }
    interface QueryOwnOnlyFieldEvent {
        field: '$.ownOnly';
        value: boolean;
    }
    interface QueryReportFieldEvent {
        field: '$.report';
        value: boolean;
    }
    interface QueryTraceFieldEvent {
        field: '$.trace';
        value: boolean;
    }
    function encode(obj: Partial<Query>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Query>): Query;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Query>): Generator<QueryNonceFieldEvent | QueryTextFieldEvent | QueryTtlFieldEvent | QueryHopsFieldEvent | QueryBudgetFieldEvent | QueryOwnOnlyFieldEvent | QueryReportFieldEvent | QueryTraceFieldEvent>;
}
export interface Hits {
    id: Uint8Array<ArrayBuffer>;
    hits: Hit[];
}
export declare namespace Hits {
    const codec: () => Codec<Hits>;
    interface HitsIdFieldEvent {
        field: '$.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HitsHitsEntryCidFieldEvent {
        field: '$.hits[].entry.cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HitsHitsEntryPathFieldEvent {
        field: '$.hits[].entry.path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HitsHitsEntrySizeFieldEvent {
        field: '$.hits[].entry.size';
        value: number;
        index: number;
    }
    interface HitsHitsEntryMimeFieldEvent {
        field: '$.hits[].entry.mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HitsHitsEntryModifiedFieldEvent {
        field: '$.hits[].entry.modified';
        value: number;
        index: number;
    }
    interface HitsHitsProvidersPeerFieldEvent {
        field: '$.hits[].providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HitsHitsProvidersNicknameFieldEvent {
        field: '$.hits[].providers[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HitsHitsProvidersHowFieldEvent {
        field: '$.hits[].providers[].how';
        value: number;
        index: number;
    }
    function encode(obj: Partial<Hits>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hits>): Hits;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hits>): Generator<HitsIdFieldEvent | HitsHitsEntryCidFieldEvent | HitsHitsEntryPathFieldEvent | HitsHitsEntrySizeFieldEvent | HitsHitsEntryMimeFieldEvent | HitsHitsEntryModifiedFieldEvent | HitsHitsProvidersPeerFieldEvent | HitsHitsProvidersNicknameFieldEvent | HitsHitsProvidersHowFieldEvent>;
}
export interface Hit {
    entry?: Entry;
    providers: Provider[];
}
export declare namespace Hit {
    const codec: () => Codec<Hit>;
    interface HitEntryCidFieldEvent {
        field: '$.entry.cid';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HitEntryPathFieldEvent {
        field: '$.entry.path';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HitEntrySizeFieldEvent {
        field: '$.entry.size';
        value: number;
    }
    interface HitEntryMimeFieldEvent {
        field: '$.entry.mime';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HitEntryModifiedFieldEvent {
        field: '$.entry.modified';
        value: number;
    }
    interface HitProvidersPeerFieldEvent {
        field: '$.providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HitProvidersNicknameFieldEvent {
        field: '$.providers[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HitProvidersHowFieldEvent {
        field: '$.providers[].how';
        value: number;
        index: number;
    }
    function encode(obj: Partial<Hit>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hit>): Hit;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hit>): Generator<HitEntryCidFieldEvent | HitEntryPathFieldEvent | HitEntrySizeFieldEvent | HitEntryMimeFieldEvent | HitEntryModifiedFieldEvent | HitProvidersPeerFieldEvent | HitProvidersNicknameFieldEvent | HitProvidersHowFieldEvent>;
}
export interface Provider {
    peer: Uint8Array<ArrayBuffer>;
    nickname: Uint8Array<ArrayBuffer>;
    how: number;
}
export declare namespace Provider {
    const codec: () => Codec<Provider>;
    interface ProviderPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface ProviderNicknameFieldEvent {
        field: '$.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    interface ProviderHowFieldEvent {
        field: '$.how';
        value: number;
    }
    function encode(obj: Partial<Provider>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Provider>): Provider;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Provider>): Generator<ProviderPeerFieldEvent | ProviderNicknameFieldEvent | ProviderHowFieldEvent>;
}
export interface Report {
    id: Uint8Array<ArrayBuffer>;
    nodes: number;
    queries: number;
    answers: number;
    bytes: number;
    duplicates: number;
    truncated: boolean;
    visits: Visit[];
}
export declare namespace Report {
    const codec: () => Codec<Report>;
    interface ReportIdFieldEvent {
        field: '$.id';
        value: Uint8Array<ArrayBuffer>;
    }
    interface ReportNodesFieldEvent {
        field: '$.nodes';
        value: number;
    }
    interface ReportQueriesFieldEvent {
        field: '$.queries';
        value: number;
    }
    interface ReportAnswersFieldEvent {
        field: '$.answers';
        value: number;
    }
    interface ReportBytesFieldEvent {
        field: '$.bytes';
        value: number;
    }
    interface ReportDuplicatesFieldEvent {
        field: '$.duplicates';
        value: number;
    }
    interface ReportTruncatedFieldEvent {
        field: '$.truncated';
        value: boolean;
    }
    interface ReportVisitsPeerFieldEvent {
        field: '$.visits[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface ReportVisitsFromFieldEvent {
        field: '$.visits[].from';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface ReportVisitsHopsFieldEvent {
        field: '$.visits[].hops';
        value: number;
        index: number;
    }
    interface ReportVisitsHitsFieldEvent {
        field: '$.visits[].hits';
        value: number;
        index: number;
    }
    interface ReportVisitsAgainFieldEvent {
        field: '$.visits[].again';
        value: boolean;
        index: number;
    }
    function encode(obj: Partial<Report>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Report>): Report;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Report>): Generator<ReportIdFieldEvent | ReportNodesFieldEvent | ReportQueriesFieldEvent | ReportAnswersFieldEvent | ReportBytesFieldEvent | ReportDuplicatesFieldEvent | ReportTruncatedFieldEvent | ReportVisitsPeerFieldEvent | ReportVisitsFromFieldEvent | ReportVisitsHopsFieldEvent | ReportVisitsHitsFieldEvent | ReportVisitsAgainFieldEvent>;
}
export interface Visit {
    peer: Uint8Array<ArrayBuffer>;
    from: Uint8Array<ArrayBuffer>;
    hops: number;
    hits: number;
    again: boolean;
}
export declare namespace Visit {
    const codec: () => Codec<Visit>;
    interface VisitPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface VisitFromFieldEvent {
        field: '$.from';
        value: Uint8Array<ArrayBuffer>;
    }
    interface VisitHopsFieldEvent {
        field: '$.hops';
        value: number;
    }
    interface VisitHitsFieldEvent {
        field: '$.hits';
        value: number;
    }
    interface VisitAgainFieldEvent {
        field: '$.again';
        value: boolean;
    }
    function encode(obj: Partial<Visit>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Visit>): Visit;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Visit>): Generator<VisitPeerFieldEvent | VisitFromFieldEvent | VisitHopsFieldEvent | VisitHitsFieldEvent | VisitAgainFieldEvent>;
}
export interface Cancel {
    id: Uint8Array<ArrayBuffer>;
}
export declare namespace Cancel {
    const codec: () => Codec<Cancel>;
    interface CancelIdFieldEvent {
        field: '$.id';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Cancel>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Cancel;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Generator<CancelIdFieldEvent>;
}
export interface Ping {
    nonce: number;
}
export declare namespace Ping {
    const codec: () => Codec<Ping>;
    interface PingNonceFieldEvent {
        field: '$.nonce';
        value: number;
    }
    function encode(obj: Partial<Ping>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ping>): Ping;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ping>): Generator<PingNonceFieldEvent>;
}
export interface Pong {
    nonce: number;
}
export declare namespace Pong {
    const codec: () => Codec<Pong>;
    interface PongNonceFieldEvent {
        field: '$.nonce';
        value: number;
    }
    function encode(obj: Partial<Pong>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pong>): Pong;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Pong>): Generator<PongNonceFieldEvent>;
}
export interface Entry {
    cid: Uint8Array<ArrayBuffer>;
    path: Uint8Array<ArrayBuffer>;
    size: number;
    mime: Uint8Array<ArrayBuffer>;
    modified: number;
}
export declare namespace Entry {
    const codec: () => Codec<Entry>;
    interface EntryCidFieldEvent {
        field: '$.cid';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryPathFieldEvent {
        field: '$.path';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntrySizeFieldEvent {
        field: '$.size';
        value: number;
    }
    interface EntryMimeFieldEvent {
        field: '$.mime';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryModifiedFieldEvent {
        field: '$.modified';
        value: number;
    }
    function encode(obj: Partial<Entry>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Entry;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Generator<EntryCidFieldEvent | EntryPathFieldEvent | EntrySizeFieldEvent | EntryMimeFieldEvent | EntryModifiedFieldEvent>;
}
export interface EntryKey {
    cid: Uint8Array<ArrayBuffer>;
    path: Uint8Array<ArrayBuffer>;
}
export declare namespace EntryKey {
    const codec: () => Codec<EntryKey>;
    interface EntryKeyCidFieldEvent {
        field: '$.cid';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryKeyPathFieldEvent {
        field: '$.path';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<EntryKey>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<EntryKey>): EntryKey;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<EntryKey>): Generator<EntryKeyCidFieldEvent | EntryKeyPathFieldEvent>;
}
