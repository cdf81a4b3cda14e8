import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Head {
    provider: Uint8Array<ArrayBuffer>;
    nickname: Uint8Array<ArrayBuffer>;
    seq: number;
    ttlS: number;
    files: number;
    bytes: number;
    pledgeFree: number;
    pageCount: number;
    pagesRoot: Uint8Array<ArrayBuffer>;
}
export declare namespace Head {
    const codec: () => Codec<Head>;
    interface HeadProviderFieldEvent {
        field: '$.provider';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HeadNicknameFieldEvent {
        field: '$.nickname';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HeadSeqFieldEvent {
        field: '$.seq';
        value: number;
    }
    interface HeadTtlSFieldEvent {
        field: '$.ttlS';
        value: number;
    }
    interface HeadFilesFieldEvent {
        field: '$.files';
        value: number;
    }
    interface HeadBytesFieldEvent {
        field: '$.bytes';
        value: number;
    }
    interface HeadPledgeFreeFieldEvent {
        field: '$.pledgeFree';
        value: number;
    }
    interface HeadPageCountFieldEvent {
        field: '$.pageCount';
        value: number;
    }
    interface HeadPagesRootFieldEvent {
        field: '$.pagesRoot';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Head>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Head>): Head;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Head>): Generator<HeadProviderFieldEvent | HeadNicknameFieldEvent | HeadSeqFieldEvent | HeadTtlSFieldEvent | HeadFilesFieldEvent | HeadBytesFieldEvent | HeadPledgeFreeFieldEvent | HeadPageCountFieldEvent | HeadPagesRootFieldEvent>;
}
export interface Page {
    entries: Entry[];
}
export declare namespace Page {
    const codec: () => Codec<Page>;
    interface PageEntriesCidFieldEvent {
        field: '$.entries[].cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface PageEntriesPathFieldEvent {
        field: '$.entries[].path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface PageEntriesSizeFieldEvent {
        field: '$.entries[].size';
        value: number;
        index: number;
    }
    interface PageEntriesMimeFieldEvent {
        field: '$.entries[].mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface PageEntriesModifiedFieldEvent {
        field: '$.entries[].modified';
        value: number;
        index: number;
    }
    function encode(obj: Partial<Page>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Page>): Page;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Page>): Generator<PageEntriesCidFieldEvent | PageEntriesPathFieldEvent | PageEntriesSizeFieldEvent | PageEntriesMimeFieldEvent | PageEntriesModifiedFieldEvent>;
}
export interface Announcement {
    head: Uint8Array<ArrayBuffer>;
    baseSeq: number;
    added: Entry[];
    removed: EntryKey[];
}
export declare namespace Announcement {
    const codec: () => Codec<Announcement>;
    interface AnnouncementHeadFieldEvent {
        field: '$.head';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AnnouncementBaseSeqFieldEvent {
        field: '$.baseSeq';
        value: number;
    }
    interface AnnouncementAddedCidFieldEvent {
        field: '$.added[].cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnnouncementAddedPathFieldEvent {
        field: '$.added[].path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnnouncementAddedSizeFieldEvent {
        field: '$.added[].size';
        value: number;
        index: number;
    }
    interface AnnouncementAddedMimeFieldEvent {
        field: '$.added[].mime';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnnouncementAddedModifiedFieldEvent {
        field: '$.added[].modified';
        value: number;
        index: number;
    }
    interface AnnouncementRemovedCidFieldEvent {
        field: '$.removed[].cid';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AnnouncementRemovedPathFieldEvent {
        field: '$.removed[].path';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    function encode(obj: Partial<Announcement>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Announcement>): Announcement;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Announcement>): Generator<AnnouncementHeadFieldEvent | AnnouncementBaseSeqFieldEvent | AnnouncementAddedCidFieldEvent | AnnouncementAddedPathFieldEvent | AnnouncementAddedSizeFieldEvent | AnnouncementAddedMimeFieldEvent | AnnouncementAddedModifiedFieldEvent | AnnouncementRemovedCidFieldEvent | AnnouncementRemovedPathFieldEvent>;
}
export interface CatalogMessage {
    heads?: Heads;
    getPageList?: GetPageList;
    pageList?: PageList;
    getPages?: GetPages;
    page?: PageCopy;
    end?: End;
    unknown?: Unknown;
}
export declare namespace CatalogMessage {
    const codec: () => Codec<CatalogMessage>;
    interface CatalogMessageHeadsHeadsEnvelopeFieldEvent {
        field: '$.heads.heads[].envelope';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface CatalogMessageHeadsHeadsHopsFieldEvent {
        field: '$.heads.heads[].hops';
        value: number;
        index: number;
    }
    interface CatalogMessageGetPageListProviderFieldEvent {
        field: '$.getPageList.provider';
        value: Uint8Array<ArrayBuffer>;
    }
    interface CatalogMessagePageListEnvelopeFieldEvent {
        field: '$.pageList.envelope';
        value: Uint8Array<ArrayBuffer>;
    }
    interface CatalogMessagePageListHashesFieldEvent {
        field: '$.pageList.hashes';
        value: Uint8Array<ArrayBuffer>;
    }
    interface CatalogMessageGetPagesProviderFieldEvent {
        field: '$.getPages.provider';
        value: Uint8Array<ArrayBuffer>;
    }
    interface CatalogMessageGetPagesHashesFieldEvent {
        field: '$.getPages.hashes';
        value: Uint8Array<ArrayBuffer>;
    }
    interface CatalogMessagePageEncodedFieldEvent {
        field: '$.page.encoded';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<CatalogMessage>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CatalogMessage>): CatalogMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CatalogMessage>): Generator<CatalogMessageHeadsHeadsEnvelopeFieldEvent | CatalogMessageHeadsHeadsHopsFieldEvent | CatalogMessageGetPageListProviderFieldEvent | CatalogMessagePageListEnvelopeFieldEvent | CatalogMessagePageListHashesFieldEvent | CatalogMessageGetPagesProviderFieldEvent | CatalogMessageGetPagesHashesFieldEvent | CatalogMessagePageEncodedFieldEvent>;
}
export interface HeadNotice {
    envelope: Uint8Array<ArrayBuffer>;
    hops: number;
}
export declare namespace HeadNotice {
    const codec: () => Codec<HeadNotice>;
    interface HeadNoticeEnvelopeFieldEvent {
        field: '$.envelope';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HeadNoticeHopsFieldEvent {
        field: '$.hops';
        value: number;
    }
    function encode(obj: Partial<HeadNotice>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HeadNotice>): HeadNotice;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HeadNotice>): Generator<HeadNoticeEnvelopeFieldEvent | HeadNoticeHopsFieldEvent>;
}
export interface Heads {
    heads: HeadNotice[];
}
export declare namespace Heads {
    const codec: () => Codec<Heads>;
    interface HeadsHeadsEnvelopeFieldEvent {
        field: '$.heads[].envelope';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface HeadsHeadsHopsFieldEvent {
        field: '$.heads[].hops';
        value: number;
        index: number;
    }
    function encode(obj: Partial<Heads>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Heads>): Heads;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Heads>): Generator<HeadsHeadsEnvelopeFieldEvent | HeadsHeadsHopsFieldEvent>;
}
export interface GetPageList {
    provider: Uint8Array<ArrayBuffer>;
}
export declare namespace GetPageList {
    const codec: () => Codec<GetPageList>;
    interface GetPageListProviderFieldEvent {
        field: '$.provider';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<GetPageList>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetPageList>): GetPageList;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetPageList>): Generator<GetPageListProviderFieldEvent>;
}
export interface PageList {
    envelope: Uint8Array<ArrayBuffer>;
    hashes: Uint8Array<ArrayBuffer>;
}
export declare namespace PageList {
    const codec: () => Codec<PageList>;
    interface PageListEnvelopeFieldEvent {
        field: '$.envelope';
        value: Uint8Array<ArrayBuffer>;
    }
    interface PageListHashesFieldEvent {
        field: '$.hashes';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<PageList>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PageList>): PageList;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PageList>): Generator<PageListEnvelopeFieldEvent | PageListHashesFieldEvent>;
}
export interface GetPages {
    provider: Uint8Array<ArrayBuffer>;
    hashes: Uint8Array<ArrayBuffer>;
}
export declare namespace GetPages {
    const codec: () => Codec<GetPages>;
    interface GetPagesProviderFieldEvent {
        field: '$.provider';
        value: Uint8Array<ArrayBuffer>;
    }
    interface GetPagesHashesFieldEvent {
        field: '$.hashes';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<GetPages>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetPages>): GetPages;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetPages>): Generator<GetPagesProviderFieldEvent | GetPagesHashesFieldEvent>;
}
export interface PageCopy {
    encoded: Uint8Array<ArrayBuffer>;
}
export declare namespace PageCopy {
    const codec: () => Codec<PageCopy>;
    interface PageCopyEncodedFieldEvent {
        field: '$.encoded';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<PageCopy>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PageCopy>): PageCopy;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PageCopy>): Generator<PageCopyEncodedFieldEvent>;
}
export interface End {
}
export declare namespace End {
    const codec: () => Codec<End>;
    function encode(obj: Partial<End>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): End;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): Generator<{}>;
}
export interface Unknown {
}
export declare namespace Unknown {
    const codec: () => Codec<Unknown>;
    function encode(obj: Partial<Unknown>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Unknown>): Unknown;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Unknown>): Generator<{}>;
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
