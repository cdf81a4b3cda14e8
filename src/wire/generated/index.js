import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var IndexMessage;
(function (IndexMessage) {
    let _codec;
    IndexMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.declined != null) {
                    obj.taken = undefined;
                    obj.handOver = undefined;
                    obj.withdraw = undefined;
                    obj.stored = undefined;
                    obj.store = undefined;
                    obj.found = undefined;
                    obj.find = undefined;
                }
                if (obj.taken != null) {
                    obj.declined = undefined;
                    obj.handOver = undefined;
                    obj.withdraw = undefined;
                    obj.stored = undefined;
                    obj.store = undefined;
                    obj.found = undefined;
                    obj.find = undefined;
                }
                if (obj.handOver != null) {
                    obj.declined = undefined;
                    obj.taken = undefined;
                    obj.withdraw = undefined;
                    obj.stored = undefined;
                    obj.store = undefined;
                    obj.found = undefined;
                    obj.find = undefined;
                }
                if (obj.withdraw != null) {
                    obj.declined = undefined;
                    obj.taken = undefined;
                    obj.handOver = undefined;
                    obj.stored = undefined;
                    obj.store = undefined;
                    obj.found = undefined;
                    obj.find = undefined;
                }
                if (obj.stored != null) {
                    obj.declined = undefined;
                    obj.taken = undefined;
                    obj.handOver = undefined;
                    obj.withdraw = undefined;
                    obj.store = undefined;
                    obj.found = undefined;
                    obj.find = undefined;
                }
                if (obj.store != null) {
                    obj.declined = undefined;
                    obj.taken = undefined;
                    obj.handOver = undefined;
                    obj.withdraw = undefined;
                    obj.stored = undefined;
                    obj.found = undefined;
                    obj.find = undefined;
                }
                if (obj.found != null) {
                    obj.declined = undefined;
                    obj.taken = undefined;
                    obj.handOver = undefined;
                    obj.withdraw = undefined;
                    obj.stored = undefined;
                    obj.store = undefined;
                    obj.find = undefined;
                }
                if (obj.find != null) {
                    obj.declined = undefined;
                    obj.taken = undefined;
                    obj.handOver = undefined;
                    obj.withdraw = undefined;
                    obj.stored = undefined;
                    obj.store = undefined;
                    obj.found = undefined;
                }
                if (obj.find != null) {
                    w.uint32(10);
                    Find.codec().encode(obj.find, w);
                }
                if (obj.found != null) {
                    w.uint32(18);
                    Found.codec().encode(obj.found, w);
                }
                if (obj.store != null) {
                    w.uint32(26);
                    Store.codec().encode(obj.store, w);
                }
                if (obj.stored != null) {
                    w.uint32(34);
                    Stored.codec().encode(obj.stored, w);
                }
                if (obj.withdraw != null) {
                    w.uint32(42);
                    Withdraw.codec().encode(obj.withdraw, w);
                }
                if (obj.handOver != null) {
                    w.uint32(50);
                    HandOver.codec().encode(obj.handOver, w);
                }
                if (obj.taken != null) {
                    w.uint32(58);
                    Taken.codec().encode(obj.taken, w);
                }
                if (obj.declined != null) {
                    w.uint32(66);
                    Declined.codec().encode(obj.declined, w);
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
                            obj.find = Find.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.find
                            });
                            break;
                        }
                        case 2: {
                            obj.found = Found.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.found
                            });
                            break;
                        }
                        case 3: {
                            obj.store = Store.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.store
                            });
                            break;
                        }
                        case 4: {
                            obj.stored = Stored.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.stored
                            });
                            break;
                        }
                        case 5: {
                            obj.withdraw = Withdraw.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.withdraw
                            });
                            break;
                        }
                        case 6: {
                            obj.handOver = HandOver.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.handOver
                            });
                            break;
                        }
                        case 7: {
                            obj.taken = Taken.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.taken
                            });
                            break;
                        }
                        case 8: {
                            obj.declined = Declined.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.declined
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.declined != null) {
                    delete obj.taken;
                    delete obj.handOver;
                    delete obj.withdraw;
                    delete obj.stored;
                    delete obj.store;
                    delete obj.found;
                    delete obj.find;
                }
                if (obj.taken != null) {
                    delete obj.declined;
                    delete obj.handOver;
                    delete obj.withdraw;
                    delete obj.stored;
                    delete obj.store;
                    delete obj.found;
                    delete obj.find;
                }
                if (obj.handOver != null) {
                    delete obj.declined;
                    delete obj.taken;
                    delete obj.withdraw;
                    delete obj.stored;
                    delete obj.store;
                    delete obj.found;
                    delete obj.find;
                }
                if (obj.withdraw != null) {
                    delete obj.declined;
                    delete obj.taken;
                    delete obj.handOver;
                    delete obj.stored;
                    delete obj.store;
                    delete obj.found;
                    delete obj.find;
                }
                if (obj.stored != null) {
                    delete obj.declined;
                    delete obj.taken;
                    delete obj.handOver;
                    delete obj.withdraw;
                    delete obj.store;
                    delete obj.found;
                    delete obj.find;
                }
                if (obj.store != null) {
                    delete obj.declined;
                    delete obj.taken;
                    delete obj.handOver;
                    delete obj.withdraw;
                    delete obj.stored;
                    delete obj.found;
                    delete obj.find;
                }
                if (obj.found != null) {
                    delete obj.declined;
                    delete obj.taken;
                    delete obj.handOver;
                    delete obj.withdraw;
                    delete obj.stored;
                    delete obj.store;
                    delete obj.find;
                }
                if (obj.find != null) {
                    delete obj.declined;
                    delete obj.taken;
                    delete obj.handOver;
                    delete obj.withdraw;
                    delete obj.stored;
                    delete obj.store;
                    delete obj.found;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Find.codec().stream(reader, reader.uint32(), `${prefix}.find`, {
                                limits: opts.limits?.find
                            });
                            break;
                        }
                        case 2: {
                            yield* Found.codec().stream(reader, reader.uint32(), `${prefix}.found`, {
                                limits: opts.limits?.found
                            });
                            break;
                        }
                        case 3: {
                            yield* Store.codec().stream(reader, reader.uint32(), `${prefix}.store`, {
                                limits: opts.limits?.store
                            });
                            break;
                        }
                        case 4: {
                            yield* Stored.codec().stream(reader, reader.uint32(), `${prefix}.stored`, {
                                limits: opts.limits?.stored
                            });
                            break;
                        }
                        case 5: {
                            yield* Withdraw.codec().stream(reader, reader.uint32(), `${prefix}.withdraw`, {
                                limits: opts.limits?.withdraw
                            });
                            break;
                        }
                        case 6: {
                            yield* HandOver.codec().stream(reader, reader.uint32(), `${prefix}.handOver`, {
                                limits: opts.limits?.handOver
                            });
                            break;
                        }
                        case 7: {
                            yield* Taken.codec().stream(reader, reader.uint32(), `${prefix}.taken`, {
                                limits: opts.limits?.taken
                            });
                            break;
                        }
                        case 8: {
                            yield* Declined.codec().stream(reader, reader.uint32(), `${prefix}.declined`, {
                                limits: opts.limits?.declined
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
        return encodeMessage(obj, IndexMessage.codec());
    }
    IndexMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, IndexMessage.codec(), opts);
    }
    IndexMessage.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, IndexMessage.codec(), opts);
    }
    IndexMessage.stream = stream;
})(IndexMessage || (IndexMessage = {}));
export var Find;
(function (Find) {
    let _codec;
    Find.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.key != null && obj.key.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.key);
                }
                if ((obj.text != null && obj.text.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.text);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    key: uint8ArrayAlloc(0),
                    text: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.key = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.text = reader.bytes();
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
                                field: `${prefix}.key`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.text`,
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
        return encodeMessage(obj, Find.codec());
    }
    Find.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Find.codec(), opts);
    }
    Find.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Find.codec(), opts);
    }
    Find.stream = stream;
})(Find || (Find = {}));
export var Found;
(function (Found) {
    let _codec;
    Found.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.hits != null && obj.hits.length > 0) {
                    for (const value of obj.hits) {
                        w.uint32(10);
                        IndexHit.codec().encode(value, w);
                    }
                }
                if ((obj.full != null && obj.full !== false)) {
                    w.uint32(16);
                    w.bool(obj.full);
                }
                if (obj.closer != null && obj.closer.length > 0) {
                    for (const value of obj.closer) {
                        w.uint32(26);
                        Contact.codec().encode(value, w);
                    }
                }
                if (obj.providers != null && obj.providers.length > 0) {
                    for (const value of obj.providers) {
                        w.uint32(34);
                        Contact.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    hits: [],
                    full: false,
                    closer: [],
                    providers: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.hits != null && obj.hits.length === opts.limits.hits) {
                                throw new MaxLengthError('Decode error - repeated field "hits" had too many elements');
                            }
                            obj.hits.push(IndexHit.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hits$
                            }));
                            break;
                        }
                        case 2: {
                            obj.full = reader.bool();
                            break;
                        }
                        case 3: {
                            if (opts.limits?.closer != null && obj.closer.length === opts.limits.closer) {
                                throw new MaxLengthError('Decode error - repeated field "closer" had too many elements');
                            }
                            obj.closer.push(Contact.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.closer$
                            }));
                            break;
                        }
                        case 4: {
                            if (opts.limits?.providers != null && obj.providers.length === opts.limits.providers) {
                                throw new MaxLengthError('Decode error - repeated field "providers" had too many elements');
                            }
                            obj.providers.push(Contact.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.providers$
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
                    hits: 0,
                    closer: 0,
                    providers: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.hits != null && obj.hits === opts.limits.hits) {
                                throw new MaxLengthError('Streaming decode error - repeated field "hits" had too many elements');
                            }
                            for (const evt of IndexHit.codec().stream(reader, reader.uint32(), `${prefix}.hits[]`, {
                                limits: opts.limits?.hits$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.hits
                                };
                            }
                            obj.hits++;
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.full`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 3: {
                            if (opts.limits?.closer != null && obj.closer === opts.limits.closer) {
                                throw new MaxLengthError('Streaming decode error - repeated field "closer" had too many elements');
                            }
                            for (const evt of Contact.codec().stream(reader, reader.uint32(), `${prefix}.closer[]`, {
                                limits: opts.limits?.closer$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.closer
                                };
                            }
                            obj.closer++;
                            break;
                        }
                        case 4: {
                            if (opts.limits?.providers != null && obj.providers === opts.limits.providers) {
                                throw new MaxLengthError('Streaming decode error - repeated field "providers" had too many elements');
                            }
                            for (const evt of Contact.codec().stream(reader, reader.uint32(), `${prefix}.providers[]`, {
                                limits: opts.limits?.providers$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.providers
                                };
                            }
                            obj.providers++;
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
        return encodeMessage(obj, Found.codec());
    }
    Found.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Found.codec(), opts);
    }
    Found.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Found.codec(), opts);
    }
    Found.stream = stream;
})(Found || (Found = {}));
export var IndexHit;
(function (IndexHit) {
    let _codec;
    IndexHit.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.entry != null) {
                    w.uint32(10);
                    Entry.codec().encode(obj.entry, w);
                }
                if (obj.providers != null && obj.providers.length > 0) {
                    for (const value of obj.providers) {
                        w.uint32(18);
                        IndexProvider.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    providers: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.entry = Entry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        case 2: {
                            if (opts.limits?.providers != null && obj.providers.length === opts.limits.providers) {
                                throw new MaxLengthError('Decode error - repeated field "providers" had too many elements');
                            }
                            obj.providers.push(IndexProvider.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.providers$
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
                    providers: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Entry.codec().stream(reader, reader.uint32(), `${prefix}.entry`, {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        case 2: {
                            if (opts.limits?.providers != null && obj.providers === opts.limits.providers) {
                                throw new MaxLengthError('Streaming decode error - repeated field "providers" had too many elements');
                            }
                            for (const evt of IndexProvider.codec().stream(reader, reader.uint32(), `${prefix}.providers[]`, {
                                limits: opts.limits?.providers$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.providers
                                };
                            }
                            obj.providers++;
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
        return encodeMessage(obj, IndexHit.codec());
    }
    IndexHit.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, IndexHit.codec(), opts);
    }
    IndexHit.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, IndexHit.codec(), opts);
    }
    IndexHit.stream = stream;
})(IndexHit || (IndexHit = {}));
export var IndexProvider;
(function (IndexProvider) {
    let _codec;
    IndexProvider.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.nickname != null && obj.nickname.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.nickname);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    nickname: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.peer = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.nickname = reader.bytes();
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
                                field: `${prefix}.peer`,
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
        return encodeMessage(obj, IndexProvider.codec());
    }
    IndexProvider.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, IndexProvider.codec(), opts);
    }
    IndexProvider.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, IndexProvider.codec(), opts);
    }
    IndexProvider.stream = stream;
})(IndexProvider || (IndexProvider = {}));
export var Contact;
(function (Contact) {
    let _codec;
    Contact.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if (obj.addresses != null && obj.addresses.length > 0) {
                    for (const value of obj.addresses) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    addresses: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.peer = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            obj.addresses.push(reader.bytes());
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
                    addresses: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.peer`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                            }
                            yield {
                                field: `${prefix}.addresses[]`,
                                index: obj.addresses,
                                value: reader.bytes()
                            };
                            obj.addresses++;
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
        return encodeMessage(obj, Contact.codec());
    }
    Contact.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Contact.codec(), opts);
    }
    Contact.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Contact.codec(), opts);
    }
    Contact.stream = stream;
})(Contact || (Contact = {}));
export var Store;
(function (Store) {
    let _codec;
    Store.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.words != null && obj.words.length > 0) {
                    for (const value of obj.words) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if (obj.entries != null && obj.entries.length > 0) {
                    for (const value of obj.entries) {
                        w.uint32(18);
                        Entry.codec().encode(value, w);
                    }
                }
                if ((obj.lifeS != null && obj.lifeS !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.lifeS);
                }
                if ((obj.nickname != null && obj.nickname.byteLength > 0)) {
                    w.uint32(34);
                    w.bytes(obj.nickname);
                }
                if (obj.addresses != null && obj.addresses.length > 0) {
                    for (const value of obj.addresses) {
                        w.uint32(42);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    words: [],
                    entries: [],
                    lifeS: 0,
                    nickname: uint8ArrayAlloc(0),
                    addresses: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.words != null && obj.words.length === opts.limits.words) {
                                throw new MaxLengthError('Decode error - repeated field "words" had too many elements');
                            }
                            obj.words.push(reader.bytes());
                            break;
                        }
                        case 2: {
                            if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements');
                            }
                            obj.entries.push(Entry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entries$
                            }));
                            break;
                        }
                        case 3: {
                            obj.lifeS = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.nickname = reader.bytes();
                            break;
                        }
                        case 5: {
                            if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            obj.addresses.push(reader.bytes());
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
                    words: 0,
                    entries: 0,
                    addresses: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.words != null && obj.words === opts.limits.words) {
                                throw new MaxLengthError('Streaming decode error - repeated field "words" had too many elements');
                            }
                            yield {
                                field: `${prefix}.words[]`,
                                index: obj.words,
                                value: reader.bytes()
                            };
                            obj.words++;
                            break;
                        }
                        case 2: {
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
                        case 3: {
                            yield {
                                field: `${prefix}.lifeS`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.nickname`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 5: {
                            if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                            }
                            yield {
                                field: `${prefix}.addresses[]`,
                                index: obj.addresses,
                                value: reader.bytes()
                            };
                            obj.addresses++;
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
        return encodeMessage(obj, Store.codec());
    }
    Store.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Store.codec(), opts);
    }
    Store.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Store.codec(), opts);
    }
    Store.stream = stream;
})(Store || (Store = {}));
export var Stored;
(function (Stored) {
    let _codec;
    Stored.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.verdicts != null && obj.verdicts.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.verdicts);
                }
                if (obj.closer != null && obj.closer.length > 0) {
                    for (const value of obj.closer) {
                        w.uint32(18);
                        Contact.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    verdicts: uint8ArrayAlloc(0),
                    closer: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.verdicts = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.closer != null && obj.closer.length === opts.limits.closer) {
                                throw new MaxLengthError('Decode error - repeated field "closer" had too many elements');
                            }
                            obj.closer.push(Contact.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.closer$
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
                    closer: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.verdicts`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.closer != null && obj.closer === opts.limits.closer) {
                                throw new MaxLengthError('Streaming decode error - repeated field "closer" had too many elements');
                            }
                            for (const evt of Contact.codec().stream(reader, reader.uint32(), `${prefix}.closer[]`, {
                                limits: opts.limits?.closer$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.closer
                                };
                            }
                            obj.closer++;
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
        return encodeMessage(obj, Stored.codec());
    }
    Stored.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Stored.codec(), opts);
    }
    Stored.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Stored.codec(), opts);
    }
    Stored.stream = stream;
})(Stored || (Stored = {}));
export var Withdraw;
(function (Withdraw) {
    let _codec;
    Withdraw.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.words != null && obj.words.length > 0) {
                    for (const value of obj.words) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if (obj.entries != null && obj.entries.length > 0) {
                    for (const value of obj.entries) {
                        w.uint32(18);
                        EntryKey.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    words: [],
                    entries: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.words != null && obj.words.length === opts.limits.words) {
                                throw new MaxLengthError('Decode error - repeated field "words" had too many elements');
                            }
                            obj.words.push(reader.bytes());
                            break;
                        }
                        case 2: {
                            if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements');
                            }
                            obj.entries.push(EntryKey.codec().decode(reader, reader.uint32(), {
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
                    words: 0,
                    entries: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.words != null && obj.words === opts.limits.words) {
                                throw new MaxLengthError('Streaming decode error - repeated field "words" had too many elements');
                            }
                            yield {
                                field: `${prefix}.words[]`,
                                index: obj.words,
                                value: reader.bytes()
                            };
                            obj.words++;
                            break;
                        }
                        case 2: {
                            if (opts.limits?.entries != null && obj.entries === opts.limits.entries) {
                                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements');
                            }
                            for (const evt of EntryKey.codec().stream(reader, reader.uint32(), `${prefix}.entries[]`, {
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
        return encodeMessage(obj, Withdraw.codec());
    }
    Withdraw.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Withdraw.codec(), opts);
    }
    Withdraw.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Withdraw.codec(), opts);
    }
    Withdraw.stream = stream;
})(Withdraw || (Withdraw = {}));
export var HandOver;
(function (HandOver) {
    let _codec;
    HandOver.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.key != null && obj.key.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.key);
                }
                if (obj.records != null && obj.records.length > 0) {
                    for (const value of obj.records) {
                        w.uint32(18);
                        HandedRecord.codec().encode(value, w);
                    }
                }
                if (obj.providers != null && obj.providers.length > 0) {
                    for (const value of obj.providers) {
                        w.uint32(26);
                        Contact.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    key: uint8ArrayAlloc(0),
                    records: [],
                    providers: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.key = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.records != null && obj.records.length === opts.limits.records) {
                                throw new MaxLengthError('Decode error - repeated field "records" had too many elements');
                            }
                            obj.records.push(HandedRecord.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.records$
                            }));
                            break;
                        }
                        case 3: {
                            if (opts.limits?.providers != null && obj.providers.length === opts.limits.providers) {
                                throw new MaxLengthError('Decode error - repeated field "providers" had too many elements');
                            }
                            obj.providers.push(Contact.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.providers$
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
                    records: 0,
                    providers: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.key`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.records != null && obj.records === opts.limits.records) {
                                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements');
                            }
                            for (const evt of HandedRecord.codec().stream(reader, reader.uint32(), `${prefix}.records[]`, {
                                limits: opts.limits?.records$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.records
                                };
                            }
                            obj.records++;
                            break;
                        }
                        case 3: {
                            if (opts.limits?.providers != null && obj.providers === opts.limits.providers) {
                                throw new MaxLengthError('Streaming decode error - repeated field "providers" had too many elements');
                            }
                            for (const evt of Contact.codec().stream(reader, reader.uint32(), `${prefix}.providers[]`, {
                                limits: opts.limits?.providers$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.providers
                                };
                            }
                            obj.providers++;
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
        return encodeMessage(obj, HandOver.codec());
    }
    HandOver.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, HandOver.codec(), opts);
    }
    HandOver.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, HandOver.codec(), opts);
    }
    HandOver.stream = stream;
})(HandOver || (HandOver = {}));
export var HandedRecord;
(function (HandedRecord) {
    let _codec;
    HandedRecord.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.entry != null) {
                    w.uint32(10);
                    Entry.codec().encode(obj.entry, w);
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.peer);
                }
                if ((obj.nickname != null && obj.nickname.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.nickname);
                }
                if ((obj.lifeS != null && obj.lifeS !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.lifeS);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    nickname: uint8ArrayAlloc(0),
                    lifeS: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.entry = Entry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        case 2: {
                            obj.peer = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.nickname = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.lifeS = reader.uint32();
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
                            yield* Entry.codec().stream(reader, reader.uint32(), `${prefix}.entry`, {
                                limits: opts.limits?.entry
                            });
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.peer`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.nickname`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.lifeS`,
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
        return encodeMessage(obj, HandedRecord.codec());
    }
    HandedRecord.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, HandedRecord.codec(), opts);
    }
    HandedRecord.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, HandedRecord.codec(), opts);
    }
    HandedRecord.stream = stream;
})(HandedRecord || (HandedRecord = {}));
export var Taken;
(function (Taken) {
    let _codec;
    Taken.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.records != null && obj.records !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.records);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    records: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.records = reader.uint32();
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
                                field: `${prefix}.records`,
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
        return encodeMessage(obj, Taken.codec());
    }
    Taken.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Taken.codec(), opts);
    }
    Taken.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Taken.codec(), opts);
    }
    Taken.stream = stream;
})(Taken || (Taken = {}));
export var Declined;
(function (Declined) {
    let _codec;
    Declined.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.reason != null && obj.reason !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.reason);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    reason: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.reason = reader.uint32();
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
                                field: `${prefix}.reason`,
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
        return encodeMessage(obj, Declined.codec());
    }
    Declined.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Declined.codec(), opts);
    }
    Declined.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Declined.codec(), opts);
    }
    Declined.stream = stream;
})(Declined || (Declined = {}));
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
