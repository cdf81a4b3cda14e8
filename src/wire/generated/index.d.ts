import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface IndexMessage {
    find?: Find;
    found?: Found;
    store?: Store;
    stored?: Stored;
    withdraw?: Withdraw;
    handOver?: HandOver;
    taken?: Taken;
    declined?: Declined;
}
export declare namespace IndexMessage {
    const codec: () => Codec<IndexMessage>;
    interface IndexMessageFindKeyFieldEvent {
        field: '$.find.key';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageFindTextFieldEvent {
        field: '$.find.text';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageFoundHitsEntryCidFieldEvent {
        field: '$.found.hits[].entry.cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageFoundHitsEntryPathFieldEvent {
        field: '$.found.hits[].entry.path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageFoundHitsEntrySizeFieldEvent {
        field: '$.found.hits[].entry.size';
        value: number;
        index: number;
    }
    interface IndexMessageFoundHitsEntryMimeFieldEvent {
        field: '$.found.hits[].entry.mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageFoundHitsEntryModifiedFieldEvent {
        field: '$.found.hits[].entry.modified';
        value: number;
        index: number;
    }
    interface IndexMessageFoundHitsProvidersPeerFieldEvent {
        field: '$.found.hits[].providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageFoundHitsProvidersNicknameFieldEvent {
        field: '$.found.hits[].providers[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageFoundFullFieldEvent {
        field: '$.found.full';
        value: boolean;
    }
    interface IndexMessageFoundCloserPeerFieldEvent {
        field: '$.found.closer[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageFoundCloserAddressesFieldEvent {
        field: '$.found.closer[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageFoundProvidersPeerFieldEvent {
        field: '$.found.providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageFoundProvidersAddressesFieldEvent {
        field: '$.found.providers[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageStoreWordsFieldEvent {
        field: '$.store.words[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageStoreEntriesCidFieldEvent {
        field: '$.store.entries[].cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageStoreEntriesPathFieldEvent {
        field: '$.store.entries[].path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageStoreEntriesSizeFieldEvent {
        field: '$.store.entries[].size';
        value: number;
        index: number;
    }
    interface IndexMessageStoreEntriesMimeFieldEvent {
        field: '$.store.entries[].mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageStoreEntriesModifiedFieldEvent {
        field: '$.store.entries[].modified';
        value: number;
        index: number;
    }
    interface IndexMessageStoreLifeSFieldEvent {
        field: '$.store.lifeS';
        value: number;
    }
    interface IndexMessageStoreNicknameFieldEvent {
        field: '$.store.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageStoreAddressesFieldEvent {
        field: '$.store.addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageStoredVerdictsFieldEvent {
        field: '$.stored.verdicts';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageStoredCloserPeerFieldEvent {
        field: '$.stored.closer[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageStoredCloserAddressesFieldEvent {
        field: '$.stored.closer[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageWithdrawWordsFieldEvent {
        field: '$.withdraw.words[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageWithdrawEntriesCidFieldEvent {
        field: '$.withdraw.entries[].cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageWithdrawEntriesPathFieldEvent {
        field: '$.withdraw.entries[].path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageHandOverKeyFieldEvent {
        field: '$.handOver.key';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageHandOverRecordsEntryCidFieldEvent {
        field: '$.handOver.records[].entry.cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageHandOverRecordsEntryPathFieldEvent {
        field: '$.handOver.records[].entry.path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageHandOverRecordsEntrySizeFieldEvent {
        field: '$.handOver.records[].entry.size';
        value: number;
        index: number;
    }
    interface IndexMessageHandOverRecordsEntryMimeFieldEvent {
        field: '$.handOver.records[].entry.mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageHandOverRecordsEntryModifiedFieldEvent {
        field: '$.handOver.records[].entry.modified';
        value: number;
        index: number;
    }
    interface IndexMessageHandOverRecordsPeerFieldEvent {
        field: '$.handOver.records[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageHandOverRecordsNicknameFieldEvent {
        field: '$.handOver.records[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageHandOverRecordsLifeSFieldEvent {
        field: '$.handOver.records[].lifeS';
        value: number;
        index: number;
    }
    interface IndexMessageHandOverProvidersPeerFieldEvent {
        field: '$.handOver.providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexMessageHandOverProvidersAddressesFieldEvent {
        field: '$.handOver.providers[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexMessageTakenRecordsFieldEvent {
        field: '$.taken.records';
        value: number;
    }
    interface IndexMessageDeclinedReasonFieldEvent {
        field: '$.declined.reason';
        value: number;
    }
    function encode(obj: Partial<IndexMessage>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IndexMessage>): IndexMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IndexMessage>): Generator<IndexMessageFindKeyFieldEvent | IndexMessageFindTextFieldEvent | IndexMessageFoundHitsEntryCidFieldEvent | IndexMessageFoundHitsEntryPathFieldEvent | IndexMessageFoundHitsEntrySizeFieldEvent | IndexMessageFoundHitsEntryMimeFieldEvent | IndexMessageFoundHitsEntryModifiedFieldEvent | IndexMessageFoundHitsProvidersPeerFieldEvent | IndexMessageFoundHitsProvidersNicknameFieldEvent | IndexMessageFoundFullFieldEvent | IndexMessageFoundCloserPeerFieldEvent | IndexMessageFoundCloserAddressesFieldEvent | IndexMessageFoundProvidersPeerFieldEvent | IndexMessageFoundProvidersAddressesFieldEvent | IndexMessageStoreWordsFieldEvent | IndexMessageStoreEntriesCidFieldEvent | IndexMessageStoreEntriesPathFieldEvent | IndexMessageStoreEntriesSizeFieldEvent | IndexMessageStoreEntriesMimeFieldEvent | IndexMessageStoreEntriesModifiedFieldEvent | IndexMessageStoreLifeSFieldEvent | IndexMessageStoreNicknameFieldEvent | IndexMessageStoreAddressesFieldEvent | IndexMessageStoredVerdictsFieldEvent | IndexMessageStoredCloserPeerFieldEvent | IndexMessageStoredCloserAddressesFieldEvent | IndexMessageWithdrawWordsFieldEvent | IndexMessageWithdrawEntriesCidFieldEvent | IndexMessageWithdrawEntriesPathFieldEvent | IndexMessageHandOverKeyFieldEvent | IndexMessageHandOverRecordsEntryCidFieldEvent | IndexMessageHandOverRecordsEntryPathFieldEvent | IndexMessageHandOverRecordsEntrySizeFieldEvent | IndexMessageHandOverRecordsEntryMimeFieldEvent | IndexMessageHandOverRecordsEntryModifiedFieldEvent | IndexMessageHandOverRecordsPeerFieldEvent | IndexMessageHandOverRecordsNicknameFieldEvent | IndexMessageHandOverRecordsLifeSFieldEvent | IndexMessageHandOverProvidersPeerFieldEvent | IndexMessageHandOverProvidersAddressesFieldEvent | IndexMessageTakenRecordsFieldEvent | IndexMessageDeclinedReasonFieldEvent>;
}
export interface Find {
    key: Uint8Array<ArrayBuffer>;
    text: Uint8Array<ArrayBuffer>;
}
export declare namespace Find {
    const codec: () => Codec<Find>;
    interface FindKeyFieldEvent {
        field: '$.key';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FindTextFieldEvent {
        field: '$.text';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Find>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Find>): Find;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Find>): Generator<FindKeyFieldEvent | FindTextFieldEvent>;
}
export interface Found {
    hits: IndexHit[];
    full: boolean;
    closer: Contact[];
    providers: Contact[];
}
export declare namespace Found {
    const codec: () => Codec<Found>;
    interface FoundHitsEntryCidFieldEvent {
        field: '$.hits[].entry.cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FoundHitsEntryPathFieldEvent {
        field: '$.hits[].entry.path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FoundHitsEntrySizeFieldEvent {
        field: '$.hits[].entry.size';
        value: number;
        index: number;
    }
    interface FoundHitsEntryMimeFieldEvent {
        field: '$.hits[].entry.mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FoundHitsEntryModifiedFieldEvent {
        field: '$.hits[].entry.modified';
        value: number;
        index: number;
    }
    interface FoundHitsProvidersPeerFieldEvent {
        field: '$.hits[].providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FoundHitsProvidersNicknameFieldEvent {
        field: '$.hits[].providers[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FoundFullFieldEvent {
        field: '$.full';
        value: boolean;
    }
    interface FoundCloserPeerFieldEvent {
        field: '$.closer[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FoundCloserAddressesFieldEvent {
        field: '$.closer[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface FoundProvidersPeerFieldEvent {
        field: '$.providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FoundProvidersAddressesFieldEvent {
        field: '$.providers[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Found>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Found>): Found;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Found>): Generator<FoundHitsEntryCidFieldEvent | FoundHitsEntryPathFieldEvent | FoundHitsEntrySizeFieldEvent | FoundHitsEntryMimeFieldEvent | FoundHitsEntryModifiedFieldEvent | FoundHitsProvidersPeerFieldEvent | FoundHitsProvidersNicknameFieldEvent | FoundFullFieldEvent | FoundCloserPeerFieldEvent | FoundCloserAddressesFieldEvent | FoundProvidersPeerFieldEvent | FoundProvidersAddressesFieldEvent>;
}
export interface IndexHit {
    entry?: Entry;
    providers: IndexProvider[];
}
export declare namespace IndexHit {
    const codec: () => Codec<IndexHit>;
    interface IndexHitEntryCidFieldEvent {
        field: '$.entry.cid';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexHitEntryPathFieldEvent {
        field: '$.entry.path';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexHitEntrySizeFieldEvent {
        field: '$.entry.size';
        value: number;
    }
    interface IndexHitEntryMimeFieldEvent {
        field: '$.entry.mime';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexHitEntryModifiedFieldEvent {
        field: '$.entry.modified';
        value: number;
    }
    interface IndexHitProvidersPeerFieldEvent {
        field: '$.providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface IndexHitProvidersNicknameFieldEvent {
        field: '$.providers[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    function encode(obj: Partial<IndexHit>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IndexHit>): IndexHit;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IndexHit>): Generator<IndexHitEntryCidFieldEvent | IndexHitEntryPathFieldEvent | IndexHitEntrySizeFieldEvent | IndexHitEntryMimeFieldEvent | IndexHitEntryModifiedFieldEvent | IndexHitProvidersPeerFieldEvent | IndexHitProvidersNicknameFieldEvent>;
}
export interface IndexProvider {
    peer: Uint8Array<ArrayBuffer>;
    nickname: Uint8Array<ArrayBuffer>;
}
export declare namespace IndexProvider {
    const codec: () => Codec<IndexProvider>;
    interface IndexProviderPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface IndexProviderNicknameFieldEvent {
        field: '$.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<IndexProvider>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IndexProvider>): IndexProvider;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<IndexProvider>): Generator<IndexProviderPeerFieldEvent | IndexProviderNicknameFieldEvent>;
}
export interface Contact {
    peer: Uint8Array<ArrayBuffer>;
    addresses: Uint8Array<ArrayBuffer>[];
}
export declare namespace Contact {
    const codec: () => Codec<Contact>;
    interface ContactPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface ContactAddressesFieldEvent {
        field: '$.addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Contact>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Contact>): Contact;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Contact>): Generator<ContactPeerFieldEvent | ContactAddressesFieldEvent>;
}
export interface Store {
    words: Uint8Array<ArrayBuffer>[];
    entries: Entry[];
    lifeS: number;
    nickname: Uint8Array<ArrayBuffer>;
    addresses: Uint8Array<ArrayBuffer>[];
}
export declare namespace Store {
    const codec: () => Codec<Store>;
    interface StoreWordsFieldEvent {
        field: '$.words[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface StoreEntriesCidFieldEvent {
        field: '$.entries[].cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface StoreEntriesPathFieldEvent {
        field: '$.entries[].path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface StoreEntriesSizeFieldEvent {
        field: '$.entries[].size';
        value: number;
        index: number;
    }
    interface StoreEntriesMimeFieldEvent {
        field: '$.entries[].mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface StoreEntriesModifiedFieldEvent {
        field: '$.entries[].modified';
        value: number;
        index: number;
    }
    interface StoreLifeSFieldEvent {
        field: '$.lifeS';
        value: number;
    }
    interface StoreNicknameFieldEvent {
        field: '$.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    interface StoreAddressesFieldEvent {
        field: '$.addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Store>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Store>): Store;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Store>): Generator<StoreWordsFieldEvent | StoreEntriesCidFieldEvent | StoreEntriesPathFieldEvent | StoreEntriesSizeFieldEvent | StoreEntriesMimeFieldEvent | StoreEntriesModifiedFieldEvent | StoreLifeSFieldEvent | StoreNicknameFieldEvent | StoreAddressesFieldEvent>;
}
export interface Stored {
    verdicts: Uint8Array<ArrayBuffer>;
    closer: Contact[];
}
export declare namespace Stored {
    const codec: () => Codec<Stored>;
    interface StoredVerdictsFieldEvent {
        field: '$.verdicts';
        value: Uint8Array<ArrayBuffer>;
    }
    interface StoredCloserPeerFieldEvent {
        field: '$.closer[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface StoredCloserAddressesFieldEvent {
        field: '$.closer[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Stored>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stored>): Stored;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stored>): Generator<StoredVerdictsFieldEvent | StoredCloserPeerFieldEvent | StoredCloserAddressesFieldEvent>;
}
export interface Withdraw {
    words: Uint8Array<ArrayBuffer>[];
    entries: EntryKey[];
}
export declare namespace Withdraw {
    const codec: () => Codec<Withdraw>;
    interface WithdrawWordsFieldEvent {
        field: '$.words[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface WithdrawEntriesCidFieldEvent {
        field: '$.entries[].cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface WithdrawEntriesPathFieldEvent {
        field: '$.entries[].path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    function encode(obj: Partial<Withdraw>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Withdraw>): Withdraw;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Withdraw>): Generator<WithdrawWordsFieldEvent | WithdrawEntriesCidFieldEvent | WithdrawEntriesPathFieldEvent>;
}
export interface HandOver {
    key: Uint8Array<ArrayBuffer>;
    records: HandedRecord[];
    providers: Contact[];
}
export declare namespace HandOver {
    const codec: () => Codec<HandOver>;
    interface HandOverKeyFieldEvent {
        field: '$.key';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HandOverRecordsEntryCidFieldEvent {
        field: '$.records[].entry.cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HandOverRecordsEntryPathFieldEvent {
        field: '$.records[].entry.path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HandOverRecordsEntrySizeFieldEvent {
        field: '$.records[].entry.size';
        value: number;
        index: number;
    }
    interface HandOverRecordsEntryMimeFieldEvent {
        field: '$.records[].entry.mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HandOverRecordsEntryModifiedFieldEvent {
        field: '$.records[].entry.modified';
        value: number;
        index: number;
    }
    interface HandOverRecordsPeerFieldEvent {
        field: '$.records[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HandOverRecordsNicknameFieldEvent {
        field: '$.records[].nickname';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HandOverRecordsLifeSFieldEvent {
        field: '$.records[].lifeS';
        value: number;
        index: number;
    }
    interface HandOverProvidersPeerFieldEvent {
        field: '$.providers[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HandOverProvidersAddressesFieldEvent {
        field: '$.providers[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<HandOver>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HandOver>): HandOver;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HandOver>): Generator<HandOverKeyFieldEvent | HandOverRecordsEntryCidFieldEvent | HandOverRecordsEntryPathFieldEvent | HandOverRecordsEntrySizeFieldEvent | HandOverRecordsEntryMimeFieldEvent | HandOverRecordsEntryModifiedFieldEvent | HandOverRecordsPeerFieldEvent | HandOverRecordsNicknameFieldEvent | HandOverRecordsLifeSFieldEvent | HandOverProvidersPeerFieldEvent | HandOverProvidersAddressesFieldEvent>;
}
export interface HandedRecord {
    entry?: Entry;
    peer: Uint8Array<ArrayBuffer>;
    nickname: Uint8Array<ArrayBuffer>;
    lifeS: number;
}
export declare namespace HandedRecord {
    const codec: () => Codec<HandedRecord>;
    interface HandedRecordEntryCidFieldEvent {
        field: '$.entry.cid';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HandedRecordEntryPathFieldEvent {
        field: '$.entry.path';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HandedRecordEntrySizeFieldEvent {
        field: '$.entry.size';
        value: number;
    }
    interface HandedRecordEntryMimeFieldEvent {
        field: '$.entry.mime';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HandedRecordEntryModifiedFieldEvent {
        field: '$.entry.modified';
        value: number;
    }
    interface HandedRecordPeerFieldEvent {
        field: '$.peer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HandedRecordNicknameFieldEvent {
        field: '$.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HandedRecordLifeSFieldEvent {
        field: '$.lifeS';
        value: number;
    }
    function encode(obj: Partial<HandedRecord>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HandedRecord>): HandedRecord;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HandedRecord>): Generator<HandedRecordEntryCidFieldEvent | HandedRecordEntryPathFieldEvent | HandedRecordEntrySizeFieldEvent | HandedRecordEntryMimeFieldEvent | HandedRecordEntryModifiedFieldEvent | HandedRecordPeerFieldEvent | HandedRecordNicknameFieldEvent | HandedRecordLifeSFieldEvent>;
}
export interface Taken {
    records: number;
}
export declare namespace Taken {
    const codec: () => Codec<Taken>;
    interface TakenRecordsFieldEvent {
        field: '$.records';
        value: number;
    }
    function encode(obj: Partial<Taken>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Taken>): Taken;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Taken>): Generator<TakenRecordsFieldEvent>;
}
export interface Declined {
    reason: number;
}
export declare namespace Declined {
    const codec: () => Codec<Declined>;
    interface DeclinedReasonFieldEvent {
        field: '$.reason';
        value: number;
    }
    function encode(obj: Partial<Declined>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Declined>): Declined;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Declined>): Generator<DeclinedReasonFieldEvent>;
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
