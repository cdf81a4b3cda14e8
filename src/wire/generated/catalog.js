/* eslint-disable require-yield */
import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Head;
(function (Head) {
    let _codec;
    Head.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.provider != null && obj.provider.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.provider);
                }
                if ((obj.nickname != null && obj.nickname.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.nickname);
                }
                if ((obj.seq != null && obj.seq !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.seq);
                }
                if ((obj.ttlS != null && obj.ttlS !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.ttlS);
                }
                if ((obj.files != null && obj.files !== 0)) {
                    w.uint32(40);
                    w.uint64Number(obj.files);
                }
                if ((obj.bytes != null && obj.bytes !== 0)) {
                    w.uint32(48);
                    w.uint64Number(obj.bytes);
                }
                if ((obj.pledgeFree != null && obj.pledgeFree !== 0)) {
                    w.uint32(56);
                    w.uint64Number(obj.pledgeFree);
                }
                if ((obj.pageCount != null && obj.pageCount !== 0)) {
                    w.uint32(64);
                    w.uint32(obj.pageCount);
                }
                if ((obj.pagesRoot != null && obj.pagesRoot.byteLength > 0)) {
                    w.uint32(74);
                    w.bytes(obj.pagesRoot);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    provider: uint8ArrayAlloc(0),
                    nickname: uint8ArrayAlloc(0),
                    seq: 0,
                    ttlS: 0,
                    files: 0,
                    bytes: 0,
                    pledgeFree: 0,
                    pageCount: 0,
                    pagesRoot: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.provider = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.nickname = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.seq = reader.uint64Number();
                            break;
                        }
                        case 4: {
                            obj.ttlS = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.files = reader.uint64Number();
                            break;
                        }
                        case 6: {
                            obj.bytes = reader.uint64Number();
                            break;
                        }
                        case 7: {
                            obj.pledgeFree = reader.uint64Number();
                            break;
                        }
                        case 8: {
                            obj.pageCount = reader.uint32();
                            break;
                        }
                        case 9: {
                            obj.pagesRoot = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.provider`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.nickname`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.seq`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.ttlS`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.files`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.bytes`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 7: {
                            yield {
                                field: `${prefix}.pledgeFree`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 8: {
                            yield {
                                field: `${prefix}.pageCount`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 9: {
                            yield {
                                field: `${prefix}.pagesRoot`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Head.codec());
    }
    Head.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Head.codec(), opts);
    }
    Head.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Head.codec(), opts);
    }
    Head.stream = stream;
})(Head || (Head = {}));
export var Page;
(function (Page) {
    let _codec;
    Page.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.entries != null && obj.entries.length > 0) {
                    for (const value of obj.entries) {
                        w.uint32(10);
                        Entry.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    entries: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements');
                            }
                            obj.entries.push(Entry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entries$
                            }));
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    entries: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.entries != null && obj.entries === opts.limits.entries) {
                                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements');
                            }
                            for (const evt of Entry.codec().stream(reader, reader.uint32(), `${prefix}.entries[]`, {
                                limits: opts.limits?.entries$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.entries
                                };
                            }
                            obj.entries++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Page.codec());
    }
    Page.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Page.codec(), opts);
    }
    Page.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Page.codec(), opts);
    }
    Page.stream = stream;
})(Page || (Page = {}));
export var Announcement;
(function (Announcement) {
    let _codec;
    Announcement.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.head != null && obj.head.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.head);
                }
                if ((obj.baseSeq != null && obj.baseSeq !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.baseSeq);
                }
                if (obj.added != null && obj.added.length > 0) {
                    for (const value of obj.added) {
                        w.uint32(26);
                        Entry.codec().encode(value, w);
                    }
                }
                if (obj.removed != null && obj.removed.length > 0) {
                    for (const value of obj.removed) {
                        w.uint32(34);
                        EntryKey.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    head: uint8ArrayAlloc(0),
                    baseSeq: 0,
                    added: [],
                    removed: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.head = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.baseSeq = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            if (opts.limits?.added != null && obj.added.length === opts.limits.added) {
                                throw new MaxLengthError('Decode error - repeated field "added" had too many elements');
                            }
                            obj.added.push(Entry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.added$
                            }));
                            break;
                        }
                        case 4: {
                            if (opts.limits?.removed != null && obj.removed.length === opts.limits.removed) {
                                throw new MaxLengthError('Decode error - repeated field "removed" had too many elements');
                            }
                            obj.removed.push(EntryKey.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.removed$
                            }));
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    added: 0,
                    removed: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.head`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.baseSeq`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 3: {
                            if (opts.limits?.added != null && obj.added === opts.limits.added) {
                                throw new MaxLengthError('Streaming decode error - repeated field "added" had too many elements');
                            }
                            for (const evt of Entry.codec().stream(reader, reader.uint32(), `${prefix}.added[]`, {
                                limits: opts.limits?.added$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.added
                                };
                            }
                            obj.added++;
                            break;
                        }
                        case 4: {
                            if (opts.limits?.removed != null && obj.removed === opts.limits.removed) {
                                throw new MaxLengthError('Streaming decode error - repeated field "removed" had too many elements');
                            }
                            for (const evt of EntryKey.codec().stream(reader, reader.uint32(), `${prefix}.removed[]`, {
                                limits: opts.limits?.removed$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.removed
                                };
                            }
                            obj.removed++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Announcement.codec());
    }
    Announcement.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Announcement.codec(), opts);
    }
    Announcement.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Announcement.codec(), opts);
    }
    Announcement.stream = stream;
})(Announcement || (Announcement = {}));
export var CatalogMessage;
(function (CatalogMessage) {
    let _codec;
    CatalogMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.unknown != null) {
                    obj.end = undefined;
                    obj.page = undefined;
                    obj.getPages = undefined;
                    obj.pageList = undefined;
                    obj.getPageList = undefined;
                    obj.heads = undefined;
                }
                if (obj.end != null) {
                    obj.unknown = undefined;
                    obj.page = undefined;
                    obj.getPages = undefined;
                    obj.pageList = undefined;
                    obj.getPageList = undefined;
                    obj.heads = undefined;
                }
                if (obj.page != null) {
                    obj.unknown = undefined;
                    obj.end = undefined;
                    obj.getPages = undefined;
                    obj.pageList = undefined;
                    obj.getPageList = undefined;
                    obj.heads = undefined;
                }
                if (obj.getPages != null) {
                    obj.unknown = undefined;
                    obj.end = undefined;
                    obj.page = undefined;
                    obj.pageList = undefined;
                    obj.getPageList = undefined;
                    obj.heads = undefined;
                }
                if (obj.pageList != null) {
                    obj.unknown = undefined;
                    obj.end = undefined;
                    obj.page = undefined;
                    obj.getPages = undefined;
                    obj.getPageList = undefined;
                    obj.heads = undefined;
                }
                if (obj.getPageList != null) {
                    obj.unknown = undefined;
                    obj.end = undefined;
                    obj.page = undefined;
                    obj.getPages = undefined;
                    obj.pageList = undefined;
                    obj.heads = undefined;
                }
                if (obj.heads != null) {
                    obj.unknown = undefined;
                    obj.end = undefined;
                    obj.page = undefined;
                    obj.getPages = undefined;
                    obj.pageList = undefined;
                    obj.getPageList = undefined;
                }
                if (obj.heads != null) {
                    w.uint32(10);
                    Heads.codec().encode(obj.heads, w);
                }
                if (obj.getPageList != null) {
                    w.uint32(18);
                    GetPageList.codec().encode(obj.getPageList, w);
                }
                if (obj.pageList != null) {
                    w.uint32(26);
                    PageList.codec().encode(obj.pageList, w);
                }
                if (obj.getPages != null) {
                    w.uint32(34);
                    GetPages.codec().encode(obj.getPages, w);
                }
                if (obj.page != null) {
                    w.uint32(42);
                    PageCopy.codec().encode(obj.page, w);
                }
                if (obj.end != null) {
                    w.uint32(50);
                    End.codec().encode(obj.end, w);
                }
                if (obj.unknown != null) {
                    w.uint32(58);
                    Unknown.codec().encode(obj.unknown, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.heads = Heads.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.heads
                            });
                            break;
                        }
                        case 2: {
                            obj.getPageList = GetPageList.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.getPageList
                            });
                            break;
                        }
                        case 3: {
                            obj.pageList = PageList.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.pageList
                            });
                            break;
                        }
                        case 4: {
                            obj.getPages = GetPages.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.getPages
                            });
                            break;
                        }
                        case 5: {
                            obj.page = PageCopy.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.page
                            });
                            break;
                        }
                        case 6: {
                            obj.end = End.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.end
                            });
                            break;
                        }
                        case 7: {
                            obj.unknown = Unknown.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.unknown
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.unknown != null) {
                    delete obj.end;
                    delete obj.page;
                    delete obj.getPages;
                    delete obj.pageList;
                    delete obj.getPageList;
                    delete obj.heads;
                }
                if (obj.end != null) {
                    delete obj.unknown;
                    delete obj.page;
                    delete obj.getPages;
                    delete obj.pageList;
                    delete obj.getPageList;
                    delete obj.heads;
                }
                if (obj.page != null) {
                    delete obj.unknown;
                    delete obj.end;
                    delete obj.getPages;
                    delete obj.pageList;
                    delete obj.getPageList;
                    delete obj.heads;
                }
                if (obj.getPages != null) {
                    delete obj.unknown;
                    delete obj.end;
                    delete obj.page;
                    delete obj.pageList;
                    delete obj.getPageList;
                    delete obj.heads;
                }
                if (obj.pageList != null) {
                    delete obj.unknown;
                    delete obj.end;
                    delete obj.page;
                    delete obj.getPages;
                    delete obj.getPageList;
                    delete obj.heads;
                }
                if (obj.getPageList != null) {
                    delete obj.unknown;
                    delete obj.end;
                    delete obj.page;
                    delete obj.getPages;
                    delete obj.pageList;
                    delete obj.heads;
                }
                if (obj.heads != null) {
                    delete obj.unknown;
                    delete obj.end;
                    delete obj.page;
                    delete obj.getPages;
                    delete obj.pageList;
                    delete obj.getPageList;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Heads.codec().stream(reader, reader.uint32(), `${prefix}.heads`, {
                                limits: opts.limits?.heads
                            });
                            break;
                        }
                        case 2: {
                            yield* GetPageList.codec().stream(reader, reader.uint32(), `${prefix}.getPageList`, {
                                limits: opts.limits?.getPageList
                            });
                            break;
                        }
                        case 3: {
                            yield* PageList.codec().stream(reader, reader.uint32(), `${prefix}.pageList`, {
                                limits: opts.limits?.pageList
                            });
                            break;
                        }
                        case 4: {
                            yield* GetPages.codec().stream(reader, reader.uint32(), `${prefix}.getPages`, {
                                limits: opts.limits?.getPages
                            });
                            break;
                        }
                        case 5: {
                            yield* PageCopy.codec().stream(reader, reader.uint32(), `${prefix}.page`, {
                                limits: opts.limits?.page
                            });
                            break;
                        }
                        case 6: {
                            yield* End.codec().stream(reader, reader.uint32(), `${prefix}.end`, {
                                limits: opts.limits?.end
                            });
                            break;
                        }
                        case 7: {
                            yield* Unknown.codec().stream(reader, reader.uint32(), `${prefix}.unknown`, {
                                limits: opts.limits?.unknown
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, CatalogMessage.codec());
    }
    CatalogMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, CatalogMessage.codec(), opts);
    }
    CatalogMessage.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, CatalogMessage.codec(), opts);
    }
    CatalogMessage.stream = stream;
})(CatalogMessage || (CatalogMessage = {}));
export var HeadNotice;
(function (HeadNotice) {
    let _codec;
    HeadNotice.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.envelope != null && obj.envelope.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.envelope);
                }
                if ((obj.hops != null && obj.hops !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.hops);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    envelope: uint8ArrayAlloc(0),
                    hops: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.envelope = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.hops = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.envelope`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.hops`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, HeadNotice.codec());
    }
    HeadNotice.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, HeadNotice.codec(), opts);
    }
    HeadNotice.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, HeadNotice.codec(), opts);
    }
    HeadNotice.stream = stream;
})(HeadNotice || (HeadNotice = {}));
export var Heads;
(function (Heads) {
    let _codec;
    Heads.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.heads != null && obj.heads.length > 0) {
                    for (const value of obj.heads) {
                        w.uint32(10);
                        HeadNotice.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    heads: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.heads != null && obj.heads.length === opts.limits.heads) {
                                throw new MaxLengthError('Decode error - repeated field "heads" had too many elements');
                            }
                            obj.heads.push(HeadNotice.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.heads$
                            }));
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const obj = {
                    heads: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.heads != null && obj.heads === opts.limits.heads) {
                                throw new MaxLengthError('Streaming decode error - repeated field "heads" had too many elements');
                            }
                            for (const evt of HeadNotice.codec().stream(reader, reader.uint32(), `${prefix}.heads[]`, {
                                limits: opts.limits?.heads$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.heads
                                };
                            }
                            obj.heads++;
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Heads.codec());
    }
    Heads.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Heads.codec(), opts);
    }
    Heads.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Heads.codec(), opts);
    }
    Heads.stream = stream;
})(Heads || (Heads = {}));
export var GetPageList;
(function (GetPageList) {
    let _codec;
    GetPageList.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.provider != null && obj.provider.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.provider);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    provider: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.provider = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.provider`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, GetPageList.codec());
    }
    GetPageList.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GetPageList.codec(), opts);
    }
    GetPageList.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GetPageList.codec(), opts);
    }
    GetPageList.stream = stream;
})(GetPageList || (GetPageList = {}));
export var PageList;
(function (PageList) {
    let _codec;
    PageList.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.envelope != null && obj.envelope.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.envelope);
                }
                if ((obj.hashes != null && obj.hashes.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.hashes);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    envelope: uint8ArrayAlloc(0),
                    hashes: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.envelope = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.hashes = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.envelope`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.hashes`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, PageList.codec());
    }
    PageList.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PageList.codec(), opts);
    }
    PageList.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PageList.codec(), opts);
    }
    PageList.stream = stream;
})(PageList || (PageList = {}));
export var GetPages;
(function (GetPages) {
    let _codec;
    GetPages.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.provider != null && obj.provider.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.provider);
                }
                if ((obj.hashes != null && obj.hashes.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.hashes);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    provider: uint8ArrayAlloc(0),
                    hashes: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.provider = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.hashes = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.provider`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.hashes`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, GetPages.codec());
    }
    GetPages.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GetPages.codec(), opts);
    }
    GetPages.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GetPages.codec(), opts);
    }
    GetPages.stream = stream;
})(GetPages || (GetPages = {}));
export var PageCopy;
(function (PageCopy) {
    let _codec;
    PageCopy.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.encoded != null && obj.encoded.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.encoded);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    encoded: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.encoded = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.encoded`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, PageCopy.codec());
    }
    PageCopy.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PageCopy.codec(), opts);
    }
    PageCopy.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PageCopy.codec(), opts);
    }
    PageCopy.stream = stream;
})(PageCopy || (PageCopy = {}));
export var End;
(function (End) {
    let _codec;
    End.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, End.codec());
    }
    End.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, End.codec(), opts);
    }
    End.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, End.codec(), opts);
    }
    End.stream = stream;
})(End || (End = {}));
export var Unknown;
(function (Unknown) {
    let _codec;
    Unknown.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Unknown.codec());
    }
    Unknown.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Unknown.codec(), opts);
    }
    Unknown.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Unknown.codec(), opts);
    }
    Unknown.stream = stream;
})(Unknown || (Unknown = {}));
export var Entry;
(function (Entry) {
    let _codec;
    Entry.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.cid != null && obj.cid.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.cid);
                }
                if ((obj.path != null && obj.path.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.path);
                }
                if ((obj.size != null && obj.size !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.size);
                }
                if ((obj.mime != null && obj.mime.byteLength > 0)) {
                    w.uint32(34);
                    w.bytes(obj.mime);
                }
                if ((obj.modified != null && obj.modified !== 0)) {
                    w.uint32(40);
                    w.uint64Number(obj.modified);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    cid: uint8ArrayAlloc(0),
                    path: uint8ArrayAlloc(0),
                    size: 0,
                    mime: uint8ArrayAlloc(0),
                    modified: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.cid = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.path = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.size = reader.uint64Number();
                            break;
                        }
                        case 4: {
                            obj.mime = reader.bytes();
                            break;
                        }
                        case 5: {
                            obj.modified = reader.uint64Number();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.cid`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.path`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.size`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.mime`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.modified`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Entry.codec());
    }
    Entry.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Entry.codec(), opts);
    }
    Entry.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Entry.codec(), opts);
    }
    Entry.stream = stream;
})(Entry || (Entry = {}));
export var EntryKey;
(function (EntryKey) {
    let _codec;
    EntryKey.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.cid != null && obj.cid.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.cid);
                }
                if ((obj.path != null && obj.path.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.path);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    cid: uint8ArrayAlloc(0),
                    path: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.cid = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.path = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.cid`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.path`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, EntryKey.codec());
    }
    EntryKey.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, EntryKey.codec(), opts);
    }
    EntryKey.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, EntryKey.codec(), opts);
    }
    EntryKey.stream = stream;
})(EntryKey || (EntryKey = {}));
