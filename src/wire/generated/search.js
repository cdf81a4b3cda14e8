import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var SearchMessage;
(function (SearchMessage) {
    let _codec;
    SearchMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.pong != null) {
                    obj.ping = undefined;
                    obj.cancel = undefined;
                    obj.report = undefined;
                    obj.hits = undefined;
                    obj.query = undefined;
                    obj.refused = undefined;
                    obj.welcome = undefined;
                    obj.hello = undefined;
                }
                if (obj.ping != null) {
                    obj.pong = undefined;
                    obj.cancel = undefined;
                    obj.report = undefined;
                    obj.hits = undefined;
                    obj.query = undefined;
                    obj.refused = undefined;
                    obj.welcome = undefined;
                    obj.hello = undefined;
                }
                if (obj.cancel != null) {
                    obj.pong = undefined;
                    obj.ping = undefined;
                    obj.report = undefined;
                    obj.hits = undefined;
                    obj.query = undefined;
                    obj.refused = undefined;
                    obj.welcome = undefined;
                    obj.hello = undefined;
                }
                if (obj.report != null) {
                    obj.pong = undefined;
                    obj.ping = undefined;
                    obj.cancel = undefined;
                    obj.hits = undefined;
                    obj.query = undefined;
                    obj.refused = undefined;
                    obj.welcome = undefined;
                    obj.hello = undefined;
                }
                if (obj.hits != null) {
                    obj.pong = undefined;
                    obj.ping = undefined;
                    obj.cancel = undefined;
                    obj.report = undefined;
                    obj.query = undefined;
                    obj.refused = undefined;
                    obj.welcome = undefined;
                    obj.hello = undefined;
                }
                if (obj.query != null) {
                    obj.pong = undefined;
                    obj.ping = undefined;
                    obj.cancel = undefined;
                    obj.report = undefined;
                    obj.hits = undefined;
                    obj.refused = undefined;
                    obj.welcome = undefined;
                    obj.hello = undefined;
                }
                if (obj.refused != null) {
                    obj.pong = undefined;
                    obj.ping = undefined;
                    obj.cancel = undefined;
                    obj.report = undefined;
                    obj.hits = undefined;
                    obj.query = undefined;
                    obj.welcome = undefined;
                    obj.hello = undefined;
                }
                if (obj.welcome != null) {
                    obj.pong = undefined;
                    obj.ping = undefined;
                    obj.cancel = undefined;
                    obj.report = undefined;
                    obj.hits = undefined;
                    obj.query = undefined;
                    obj.refused = undefined;
                    obj.hello = undefined;
                }
                if (obj.hello != null) {
                    obj.pong = undefined;
                    obj.ping = undefined;
                    obj.cancel = undefined;
                    obj.report = undefined;
                    obj.hits = undefined;
                    obj.query = undefined;
                    obj.refused = undefined;
                    obj.welcome = undefined;
                }
                if (obj.hello != null) {
                    w.uint32(10);
                    Hello.codec().encode(obj.hello, w);
                }
                if (obj.welcome != null) {
                    w.uint32(18);
                    Welcome.codec().encode(obj.welcome, w);
                }
                if (obj.refused != null) {
                    w.uint32(26);
                    Refused.codec().encode(obj.refused, w);
                }
                if (obj.query != null) {
                    w.uint32(34);
                    Query.codec().encode(obj.query, w);
                }
                if (obj.hits != null) {
                    w.uint32(42);
                    Hits.codec().encode(obj.hits, w);
                }
                if (obj.report != null) {
                    w.uint32(50);
                    Report.codec().encode(obj.report, w);
                }
                if (obj.cancel != null) {
                    w.uint32(58);
                    Cancel.codec().encode(obj.cancel, w);
                }
                if (obj.ping != null) {
                    w.uint32(66);
                    Ping.codec().encode(obj.ping, w);
                }
                if (obj.pong != null) {
                    w.uint32(74);
                    Pong.codec().encode(obj.pong, w);
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
                            obj.hello = Hello.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hello
                            });
                            break;
                        }
                        case 2: {
                            obj.welcome = Welcome.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.welcome
                            });
                            break;
                        }
                        case 3: {
                            obj.refused = Refused.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.refused
                            });
                            break;
                        }
                        case 4: {
                            obj.query = Query.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.query
                            });
                            break;
                        }
                        case 5: {
                            obj.hits = Hits.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hits
                            });
                            break;
                        }
                        case 6: {
                            obj.report = Report.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.report
                            });
                            break;
                        }
                        case 7: {
                            obj.cancel = Cancel.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.cancel
                            });
                            break;
                        }
                        case 8: {
                            obj.ping = Ping.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.ping
                            });
                            break;
                        }
                        case 9: {
                            obj.pong = Pong.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.pong
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.pong != null) {
                    delete obj.ping;
                    delete obj.cancel;
                    delete obj.report;
                    delete obj.hits;
                    delete obj.query;
                    delete obj.refused;
                    delete obj.welcome;
                    delete obj.hello;
                }
                if (obj.ping != null) {
                    delete obj.pong;
                    delete obj.cancel;
                    delete obj.report;
                    delete obj.hits;
                    delete obj.query;
                    delete obj.refused;
                    delete obj.welcome;
                    delete obj.hello;
                }
                if (obj.cancel != null) {
                    delete obj.pong;
                    delete obj.ping;
                    delete obj.report;
                    delete obj.hits;
                    delete obj.query;
                    delete obj.refused;
                    delete obj.welcome;
                    delete obj.hello;
                }
                if (obj.report != null) {
                    delete obj.pong;
                    delete obj.ping;
                    delete obj.cancel;
                    delete obj.hits;
                    delete obj.query;
                    delete obj.refused;
                    delete obj.welcome;
                    delete obj.hello;
                }
                if (obj.hits != null) {
                    delete obj.pong;
                    delete obj.ping;
                    delete obj.cancel;
                    delete obj.report;
                    delete obj.query;
                    delete obj.refused;
                    delete obj.welcome;
                    delete obj.hello;
                }
                if (obj.query != null) {
                    delete obj.pong;
                    delete obj.ping;
                    delete obj.cancel;
                    delete obj.report;
                    delete obj.hits;
                    delete obj.refused;
                    delete obj.welcome;
                    delete obj.hello;
                }
                if (obj.refused != null) {
                    delete obj.pong;
                    delete obj.ping;
                    delete obj.cancel;
                    delete obj.report;
                    delete obj.hits;
                    delete obj.query;
                    delete obj.welcome;
                    delete obj.hello;
                }
                if (obj.welcome != null) {
                    delete obj.pong;
                    delete obj.ping;
                    delete obj.cancel;
                    delete obj.report;
                    delete obj.hits;
                    delete obj.query;
                    delete obj.refused;
                    delete obj.hello;
                }
                if (obj.hello != null) {
                    delete obj.pong;
                    delete obj.ping;
                    delete obj.cancel;
                    delete obj.report;
                    delete obj.hits;
                    delete obj.query;
                    delete obj.refused;
                    delete obj.welcome;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Hello.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                                limits: opts.limits?.hello
                            });
                            break;
                        }
                        case 2: {
                            yield* Welcome.codec().stream(reader, reader.uint32(), `${prefix}.welcome`, {
                                limits: opts.limits?.welcome
                            });
                            break;
                        }
                        case 3: {
                            yield* Refused.codec().stream(reader, reader.uint32(), `${prefix}.refused`, {
                                limits: opts.limits?.refused
                            });
                            break;
                        }
                        case 4: {
                            yield* Query.codec().stream(reader, reader.uint32(), `${prefix}.query`, {
                                limits: opts.limits?.query
                            });
                            break;
                        }
                        case 5: {
                            yield* Hits.codec().stream(reader, reader.uint32(), `${prefix}.hits`, {
                                limits: opts.limits?.hits
                            });
                            break;
                        }
                        case 6: {
                            yield* Report.codec().stream(reader, reader.uint32(), `${prefix}.report`, {
                                limits: opts.limits?.report
                            });
                            break;
                        }
                        case 7: {
                            yield* Cancel.codec().stream(reader, reader.uint32(), `${prefix}.cancel`, {
                                limits: opts.limits?.cancel
                            });
                            break;
                        }
                        case 8: {
                            yield* Ping.codec().stream(reader, reader.uint32(), `${prefix}.ping`, {
                                limits: opts.limits?.ping
                            });
                            break;
                        }
                        case 9: {
                            yield* Pong.codec().stream(reader, reader.uint32(), `${prefix}.pong`, {
                                limits: opts.limits?.pong
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
        return encodeMessage(obj, SearchMessage.codec());
    }
    SearchMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, SearchMessage.codec(), opts);
    }
    SearchMessage.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, SearchMessage.codec(), opts);
    }
    SearchMessage.stream = stream;
})(SearchMessage || (SearchMessage = {}));
export var Hello;
(function (Hello) {
    let _codec;
    Hello.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nickname != null && obj.nickname.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.nickname);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nickname: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
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
        return encodeMessage(obj, Hello.codec());
    }
    Hello.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Hello.codec(), opts);
    }
    Hello.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Hello.codec(), opts);
    }
    Hello.stream = stream;
})(Hello || (Hello = {}));
export var Welcome;
(function (Welcome) {
    let _codec;
    Welcome.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nickname != null && obj.nickname.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.nickname);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nickname: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
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
        return encodeMessage(obj, Welcome.codec());
    }
    Welcome.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Welcome.codec(), opts);
    }
    Welcome.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Welcome.codec(), opts);
    }
    Welcome.stream = stream;
})(Welcome || (Welcome = {}));
export var Refused;
(function (Refused) {
    let _codec;
    Refused.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.reason != null && obj.reason !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.reason);
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
                    reason: 0,
                    addresses: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.reason = reader.uint32();
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
                                field: `${prefix}.reason`,
                                value: reader.uint32()
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
        return encodeMessage(obj, Refused.codec());
    }
    Refused.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Refused.codec(), opts);
    }
    Refused.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Refused.codec(), opts);
    }
    Refused.stream = stream;
})(Refused || (Refused = {}));
export var Query;
(function (Query) {
    let _codec;
    Query.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.nonce);
                }
                if ((obj.text != null && obj.text.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.text);
                }
                if ((obj.ttl != null && obj.ttl !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.ttl);
                }
                if ((obj.hops != null && obj.hops !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.hops);
                }
                if ((obj.budget != null && obj.budget !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.budget);
                }
                if ((obj.ownOnly != null && obj.ownOnly !== false)) {
                    w.uint32(48);
                    w.bool(obj.ownOnly);
                }
                if ((obj.report != null && obj.report !== false)) {
                    w.uint32(56);
                    w.bool(obj.report);
                }
                if ((obj.trace != null && obj.trace !== false)) {
                    w.uint32(64);
                    w.bool(obj.trace);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nonce: uint8ArrayAlloc(0),
                    text: uint8ArrayAlloc(0),
                    ttl: 0,
                    hops: 0,
                    budget: 0,
                    ownOnly: false,
                    report: false,
                    trace: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.nonce = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.text = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.ttl = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.hops = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.budget = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.ownOnly = reader.bool();
                            break;
                        }
                        case 7: {
                            obj.report = reader.bool();
                            break;
                        }
                        case 8: {
                            obj.trace = reader.bool();
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
                                field: `${prefix}.nonce`,
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
                        case 3: {
                            yield {
                                field: `${prefix}.ttl`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.hops`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.budget`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.ownOnly`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 7: {
                            yield {
                                field: `${prefix}.report`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 8: {
                            yield {
                                field: `${prefix}.trace`,
                                value: reader.bool()
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
        return encodeMessage(obj, Query.codec());
    }
    Query.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Query.codec(), opts);
    }
    Query.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Query.codec(), opts);
    }
    Query.stream = stream;
})(Query || (Query = {}));
export var Hits;
(function (Hits) {
    let _codec;
    Hits.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.id);
                }
                if (obj.hits != null && obj.hits.length > 0) {
                    for (const value of obj.hits) {
                        w.uint32(18);
                        Hit.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: uint8ArrayAlloc(0),
                    hits: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.bytes();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.hits != null && obj.hits.length === opts.limits.hits) {
                                throw new MaxLengthError('Decode error - repeated field "hits" had too many elements');
                            }
                            obj.hits.push(Hit.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hits$
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
                    hits: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.id`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.hits != null && obj.hits === opts.limits.hits) {
                                throw new MaxLengthError('Streaming decode error - repeated field "hits" had too many elements');
                            }
                            for (const evt of Hit.codec().stream(reader, reader.uint32(), `${prefix}.hits[]`, {
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
        return encodeMessage(obj, Hits.codec());
    }
    Hits.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Hits.codec(), opts);
    }
    Hits.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Hits.codec(), opts);
    }
    Hits.stream = stream;
})(Hits || (Hits = {}));
export var Hit;
(function (Hit) {
    let _codec;
    Hit.codec = () => {
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
                        Provider.codec().encode(value, w);
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
                            obj.providers.push(Provider.codec().decode(reader, reader.uint32(), {
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
                            for (const evt of Provider.codec().stream(reader, reader.uint32(), `${prefix}.providers[]`, {
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
        return encodeMessage(obj, Hit.codec());
    }
    Hit.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Hit.codec(), opts);
    }
    Hit.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Hit.codec(), opts);
    }
    Hit.stream = stream;
})(Hit || (Hit = {}));
export var Provider;
(function (Provider) {
    let _codec;
    Provider.codec = () => {
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
                if ((obj.how != null && obj.how !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.how);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    nickname: uint8ArrayAlloc(0),
                    how: 0
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
                        case 3: {
                            obj.how = reader.uint32();
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
                        case 3: {
                            yield {
                                field: `${prefix}.how`,
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
        return encodeMessage(obj, Provider.codec());
    }
    Provider.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Provider.codec(), opts);
    }
    Provider.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Provider.codec(), opts);
    }
    Provider.stream = stream;
})(Provider || (Provider = {}));
export var Report;
(function (Report) {
    let _codec;
    Report.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.id);
                }
                if ((obj.nodes != null && obj.nodes !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.nodes);
                }
                if ((obj.queries != null && obj.queries !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.queries);
                }
                if ((obj.answers != null && obj.answers !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.answers);
                }
                if ((obj.bytes != null && obj.bytes !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.bytes);
                }
                if ((obj.duplicates != null && obj.duplicates !== 0)) {
                    w.uint32(48);
                    w.uint32(obj.duplicates);
                }
                if ((obj.truncated != null && obj.truncated !== false)) {
                    w.uint32(56);
                    w.bool(obj.truncated);
                }
                if (obj.visits != null && obj.visits.length > 0) {
                    for (const value of obj.visits) {
                        w.uint32(66);
                        Visit.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: uint8ArrayAlloc(0),
                    nodes: 0,
                    queries: 0,
                    answers: 0,
                    bytes: 0,
                    duplicates: 0,
                    truncated: false,
                    visits: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.nodes = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.queries = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.answers = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.bytes = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.duplicates = reader.uint32();
                            break;
                        }
                        case 7: {
                            obj.truncated = reader.bool();
                            break;
                        }
                        case 8: {
                            if (opts.limits?.visits != null && obj.visits.length === opts.limits.visits) {
                                throw new MaxLengthError('Decode error - repeated field "visits" had too many elements');
                            }
                            obj.visits.push(Visit.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.visits$
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
                    visits: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.id`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.nodes`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.queries`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.answers`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.bytes`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.duplicates`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 7: {
                            yield {
                                field: `${prefix}.truncated`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 8: {
                            if (opts.limits?.visits != null && obj.visits === opts.limits.visits) {
                                throw new MaxLengthError('Streaming decode error - repeated field "visits" had too many elements');
                            }
                            for (const evt of Visit.codec().stream(reader, reader.uint32(), `${prefix}.visits[]`, {
                                limits: opts.limits?.visits$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.visits
                                };
                            }
                            obj.visits++;
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
        return encodeMessage(obj, Report.codec());
    }
    Report.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Report.codec(), opts);
    }
    Report.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Report.codec(), opts);
    }
    Report.stream = stream;
})(Report || (Report = {}));
export var Visit;
(function (Visit) {
    let _codec;
    Visit.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.from != null && obj.from.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.from);
                }
                if ((obj.hops != null && obj.hops !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.hops);
                }
                if ((obj.hits != null && obj.hits !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.hits);
                }
                if ((obj.again != null && obj.again !== false)) {
                    w.uint32(40);
                    w.bool(obj.again);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    from: uint8ArrayAlloc(0),
                    hops: 0,
                    hits: 0,
                    again: false
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
                            obj.from = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.hops = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.hits = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.again = reader.bool();
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
                                field: `${prefix}.from`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.hops`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.hits`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.again`,
                                value: reader.bool()
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
        return encodeMessage(obj, Visit.codec());
    }
    Visit.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Visit.codec(), opts);
    }
    Visit.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Visit.codec(), opts);
    }
    Visit.stream = stream;
})(Visit || (Visit = {}));
export var Cancel;
(function (Cancel) {
    let _codec;
    Cancel.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.id);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.bytes();
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
                                field: `${prefix}.id`,
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
        return encodeMessage(obj, Cancel.codec());
    }
    Cancel.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Cancel.codec(), opts);
    }
    Cancel.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Cancel.codec(), opts);
    }
    Cancel.stream = stream;
})(Cancel || (Cancel = {}));
export var Ping;
(function (Ping) {
    let _codec;
    Ping.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nonce != null && obj.nonce !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.nonce);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nonce: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.nonce = reader.uint64Number();
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
                                field: `${prefix}.nonce`,
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
        return encodeMessage(obj, Ping.codec());
    }
    Ping.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Ping.codec(), opts);
    }
    Ping.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Ping.codec(), opts);
    }
    Ping.stream = stream;
})(Ping || (Ping = {}));
export var Pong;
(function (Pong) {
    let _codec;
    Pong.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nonce != null && obj.nonce !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.nonce);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nonce: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.nonce = reader.uint64Number();
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
                                field: `${prefix}.nonce`,
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
        return encodeMessage(obj, Pong.codec());
    }
    Pong.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Pong.codec(), opts);
    }
    Pong.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Pong.codec(), opts);
    }
    Pong.stream = stream;
})(Pong || (Pong = {}));
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
