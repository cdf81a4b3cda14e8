import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var AggregateMessage;
(function (AggregateMessage) {
    let _codec;
    AggregateMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.declined != null) {
                    obj.answer = undefined;
                    obj.question = undefined;
                }
                if (obj.answer != null) {
                    obj.declined = undefined;
                    obj.question = undefined;
                }
                if (obj.question != null) {
                    obj.declined = undefined;
                    obj.answer = undefined;
                }
                if (obj.question != null) {
                    w.uint32(10);
                    Question.codec().encode(obj.question, w);
                }
                if (obj.answer != null) {
                    w.uint32(18);
                    Answer.codec().encode(obj.answer, w);
                }
                if (obj.declined != null) {
                    w.uint32(26);
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
                            obj.question = Question.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.question
                            });
                            break;
                        }
                        case 2: {
                            obj.answer = Answer.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.answer
                            });
                            break;
                        }
                        case 3: {
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
                    delete obj.answer;
                    delete obj.question;
                }
                if (obj.answer != null) {
                    delete obj.declined;
                    delete obj.question;
                }
                if (obj.question != null) {
                    delete obj.declined;
                    delete obj.answer;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Question.codec().stream(reader, reader.uint32(), `${prefix}.question`, {
                                limits: opts.limits?.question
                            });
                            break;
                        }
                        case 2: {
                            yield* Answer.codec().stream(reader, reader.uint32(), `${prefix}.answer`, {
                                limits: opts.limits?.answer
                            });
                            break;
                        }
                        case 3: {
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
        return encodeMessage(obj, AggregateMessage.codec());
    }
    AggregateMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, AggregateMessage.codec(), opts);
    }
    AggregateMessage.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, AggregateMessage.codec(), opts);
    }
    AggregateMessage.stream = stream;
})(AggregateMessage || (AggregateMessage = {}));
export var Question;
(function (Question) {
    let _codec;
    Question.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.nonce);
                }
                if (obj.names != null && obj.names.length > 0) {
                    for (const value of obj.names) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if ((obj.hops != null && obj.hops !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.hops);
                }
                if ((obj.timeLeftMs != null && obj.timeLeftMs !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.timeLeftMs);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nonce: uint8ArrayAlloc(0),
                    names: [],
                    hops: 0,
                    timeLeftMs: 0
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
                            if (opts.limits?.names != null && obj.names.length === opts.limits.names) {
                                throw new MaxLengthError('Decode error - repeated field "names" had too many elements');
                            }
                            obj.names.push(reader.bytes());
                            break;
                        }
                        case 3: {
                            obj.hops = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.timeLeftMs = reader.uint32();
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
                    names: 0
                };
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
                            if (opts.limits?.names != null && obj.names === opts.limits.names) {
                                throw new MaxLengthError('Streaming decode error - repeated field "names" had too many elements');
                            }
                            yield {
                                field: `${prefix}.names[]`,
                                index: obj.names,
                                value: reader.bytes()
                            };
                            obj.names++;
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
                                field: `${prefix}.timeLeftMs`,
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
        return encodeMessage(obj, Question.codec());
    }
    Question.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Question.codec(), opts);
    }
    Question.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Question.codec(), opts);
    }
    Question.stream = stream;
})(Question || (Question = {}));
export var Answer;
(function (Answer) {
    let _codec;
    Answer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.id);
                }
                if (obj.contributions != null && obj.contributions.length > 0) {
                    for (const value of obj.contributions) {
                        w.uint32(18);
                        Contribution.codec().encode(value, w);
                    }
                }
                if (obj.subtotal != null) {
                    w.uint32(26);
                    Subtotal.codec().encode(obj.subtotal, w);
                }
                if (obj.failed != null && obj.failed.length > 0) {
                    for (const value of obj.failed) {
                        w.uint32(34);
                        FailedLink.codec().encode(value, w);
                    }
                }
                if ((obj.moreFailed != null && obj.moreFailed !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.moreFailed);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: uint8ArrayAlloc(0),
                    contributions: [],
                    failed: [],
                    moreFailed: 0
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
                            if (opts.limits?.contributions != null && obj.contributions.length === opts.limits.contributions) {
                                throw new MaxLengthError('Decode error - repeated field "contributions" had too many elements');
                            }
                            obj.contributions.push(Contribution.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.contributions$
                            }));
                            break;
                        }
                        case 3: {
                            obj.subtotal = Subtotal.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.subtotal
                            });
                            break;
                        }
                        case 4: {
                            if (opts.limits?.failed != null && obj.failed.length === opts.limits.failed) {
                                throw new MaxLengthError('Decode error - repeated field "failed" had too many elements');
                            }
                            obj.failed.push(FailedLink.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.failed$
                            }));
                            break;
                        }
                        case 5: {
                            obj.moreFailed = reader.uint32();
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
                    contributions: 0,
                    failed: 0
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
                            if (opts.limits?.contributions != null && obj.contributions === opts.limits.contributions) {
                                throw new MaxLengthError('Streaming decode error - repeated field "contributions" had too many elements');
                            }
                            for (const evt of Contribution.codec().stream(reader, reader.uint32(), `${prefix}.contributions[]`, {
                                limits: opts.limits?.contributions$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.contributions
                                };
                            }
                            obj.contributions++;
                            break;
                        }
                        case 3: {
                            yield* Subtotal.codec().stream(reader, reader.uint32(), `${prefix}.subtotal`, {
                                limits: opts.limits?.subtotal
                            });
                            break;
                        }
                        case 4: {
                            if (opts.limits?.failed != null && obj.failed === opts.limits.failed) {
                                throw new MaxLengthError('Streaming decode error - repeated field "failed" had too many elements');
                            }
                            for (const evt of FailedLink.codec().stream(reader, reader.uint32(), `${prefix}.failed[]`, {
                                limits: opts.limits?.failed$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.failed
                                };
                            }
                            obj.failed++;
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.moreFailed`,
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
        return encodeMessage(obj, Answer.codec());
    }
    Answer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Answer.codec(), opts);
    }
    Answer.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Answer.codec(), opts);
    }
    Answer.stream = stream;
})(Answer || (Answer = {}));
export var Contribution;
(function (Contribution) {
    let _codec;
    Contribution.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.peer != null && obj.peer.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.peer);
                }
                if ((obj.statement != null && obj.statement.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.statement);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.signature);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    peer: uint8ArrayAlloc(0),
                    statement: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0)
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
                            obj.statement = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.signature = reader.bytes();
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
                                field: `${prefix}.statement`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.signature`,
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
        return encodeMessage(obj, Contribution.codec());
    }
    Contribution.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Contribution.codec(), opts);
    }
    Contribution.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Contribution.codec(), opts);
    }
    Contribution.stream = stream;
})(Contribution || (Contribution = {}));
export var Statement;
(function (Statement) {
    let _codec;
    Statement.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.figures != null && obj.figures.length > 0) {
                    for (const value of obj.figures) {
                        w.uint32(10);
                        Figure.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    figures: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.figures != null && obj.figures.length === opts.limits.figures) {
                                throw new MaxLengthError('Decode error - repeated field "figures" had too many elements');
                            }
                            obj.figures.push(Figure.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.figures$
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
                    figures: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.figures != null && obj.figures === opts.limits.figures) {
                                throw new MaxLengthError('Streaming decode error - repeated field "figures" had too many elements');
                            }
                            for (const evt of Figure.codec().stream(reader, reader.uint32(), `${prefix}.figures[]`, {
                                limits: opts.limits?.figures$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.figures
                                };
                            }
                            obj.figures++;
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
        return encodeMessage(obj, Statement.codec());
    }
    Statement.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Statement.codec(), opts);
    }
    Statement.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Statement.codec(), opts);
    }
    Statement.stream = stream;
})(Statement || (Statement = {}));
export var Figure;
(function (Figure) {
    let _codec;
    Figure.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.values != null && obj.values !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.values);
                }
                if ((obj.sum != null && obj.sum.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.sum);
                }
                if ((obj.min != null && obj.min.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.min);
                }
                if ((obj.max != null && obj.max.byteLength > 0)) {
                    w.uint32(34);
                    w.bytes(obj.max);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    values: 0,
                    sum: uint8ArrayAlloc(0),
                    min: uint8ArrayAlloc(0),
                    max: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.values = reader.uint64Number();
                            break;
                        }
                        case 2: {
                            obj.sum = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.min = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.max = reader.bytes();
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
                                field: `${prefix}.values`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.sum`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.min`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.max`,
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
        return encodeMessage(obj, Figure.codec());
    }
    Figure.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Figure.codec(), opts);
    }
    Figure.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Figure.codec(), opts);
    }
    Figure.stream = stream;
})(Figure || (Figure = {}));
export var Subtotal;
(function (Subtotal) {
    let _codec;
    Subtotal.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nodes != null && obj.nodes !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.nodes);
                }
                if (obj.figures != null && obj.figures.length > 0) {
                    for (const value of obj.figures) {
                        w.uint32(18);
                        Figure.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nodes: 0,
                    figures: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.nodes = reader.uint32();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.figures != null && obj.figures.length === opts.limits.figures) {
                                throw new MaxLengthError('Decode error - repeated field "figures" had too many elements');
                            }
                            obj.figures.push(Figure.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.figures$
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
                    figures: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.nodes`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.figures != null && obj.figures === opts.limits.figures) {
                                throw new MaxLengthError('Streaming decode error - repeated field "figures" had too many elements');
                            }
                            for (const evt of Figure.codec().stream(reader, reader.uint32(), `${prefix}.figures[]`, {
                                limits: opts.limits?.figures$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.figures
                                };
                            }
                            obj.figures++;
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
        return encodeMessage(obj, Subtotal.codec());
    }
    Subtotal.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Subtotal.codec(), opts);
    }
    Subtotal.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Subtotal.codec(), opts);
    }
    Subtotal.stream = stream;
})(Subtotal || (Subtotal = {}));
export var FailedLink;
(function (FailedLink) {
    let _codec;
    FailedLink.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.from != null && obj.from.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.from);
                }
                if ((obj.to != null && obj.to.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.to);
                }
                if ((obj.reason != null && obj.reason !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.reason);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    from: uint8ArrayAlloc(0),
                    to: uint8ArrayAlloc(0),
                    reason: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.from = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.to = reader.bytes();
                            break;
                        }
                        case 3: {
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
                                field: `${prefix}.from`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.to`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
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
        return encodeMessage(obj, FailedLink.codec());
    }
    FailedLink.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, FailedLink.codec(), opts);
    }
    FailedLink.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, FailedLink.codec(), opts);
    }
    FailedLink.stream = stream;
})(FailedLink || (FailedLink = {}));
export var Declined;
(function (Declined) {
    let _codec;
    Declined.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.id);
                }
                if ((obj.reason != null && obj.reason !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.reason);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: uint8ArrayAlloc(0),
                    reason: 0
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
                                field: `${prefix}.id`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
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
