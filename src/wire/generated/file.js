import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var FileMessage;
(function (FileMessage) {
    let _codec;
    FileMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.refused != null) {
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.end != null) {
                    obj.refused = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.sources != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.have != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.block != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.node != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.getLeaves != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.cancel != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.getSources != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.getBlocks != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getHave = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.getHave != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getManifest = undefined;
                }
                if (obj.getManifest != null) {
                    obj.refused = undefined;
                    obj.end = undefined;
                    obj.sources = undefined;
                    obj.have = undefined;
                    obj.block = undefined;
                    obj.node = undefined;
                    obj.getLeaves = undefined;
                    obj.cancel = undefined;
                    obj.getSources = undefined;
                    obj.getBlocks = undefined;
                    obj.getHave = undefined;
                }
                if (obj.getManifest != null) {
                    w.uint32(10);
                    GetManifest.codec().encode(obj.getManifest, w);
                }
                if (obj.getHave != null) {
                    w.uint32(18);
                    GetHave.codec().encode(obj.getHave, w);
                }
                if (obj.getBlocks != null) {
                    w.uint32(26);
                    GetBlocks.codec().encode(obj.getBlocks, w);
                }
                if (obj.getSources != null) {
                    w.uint32(34);
                    GetSources.codec().encode(obj.getSources, w);
                }
                if (obj.cancel != null) {
                    w.uint32(42);
                    Cancel.codec().encode(obj.cancel, w);
                }
                if (obj.getLeaves != null) {
                    w.uint32(50);
                    GetLeaves.codec().encode(obj.getLeaves, w);
                }
                if (obj.node != null) {
                    w.uint32(66);
                    Node.codec().encode(obj.node, w);
                }
                if (obj.block != null) {
                    w.uint32(74);
                    Block.codec().encode(obj.block, w);
                }
                if (obj.have != null) {
                    w.uint32(82);
                    Have.codec().encode(obj.have, w);
                }
                if (obj.sources != null) {
                    w.uint32(90);
                    Sources.codec().encode(obj.sources, w);
                }
                if (obj.end != null) {
                    w.uint32(98);
                    End.codec().encode(obj.end, w);
                }
                if (obj.refused != null) {
                    w.uint32(106);
                    Refused.codec().encode(obj.refused, w);
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
                            obj.getManifest = GetManifest.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.getManifest
                            });
                            break;
                        }
                        case 2: {
                            obj.getHave = GetHave.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.getHave
                            });
                            break;
                        }
                        case 3: {
                            obj.getBlocks = GetBlocks.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.getBlocks
                            });
                            break;
                        }
                        case 4: {
                            obj.getSources = GetSources.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.getSources
                            });
                            break;
                        }
                        case 5: {
                            obj.cancel = Cancel.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.cancel
                            });
                            break;
                        }
                        case 6: {
                            obj.getLeaves = GetLeaves.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.getLeaves
                            });
                            break;
                        }
                        case 8: {
                            obj.node = Node.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.node
                            });
                            break;
                        }
                        case 9: {
                            obj.block = Block.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.block
                            });
                            break;
                        }
                        case 10: {
                            obj.have = Have.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.have
                            });
                            break;
                        }
                        case 11: {
                            obj.sources = Sources.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.sources
                            });
                            break;
                        }
                        case 12: {
                            obj.end = End.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.end
                            });
                            break;
                        }
                        case 13: {
                            obj.refused = Refused.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.refused
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.refused != null) {
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.end != null) {
                    delete obj.refused;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.sources != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.have != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.block != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.node != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.getLeaves != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.cancel != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.getSources != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getBlocks;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.getBlocks != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getHave;
                    delete obj.getManifest;
                }
                if (obj.getHave != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getManifest;
                }
                if (obj.getManifest != null) {
                    delete obj.refused;
                    delete obj.end;
                    delete obj.sources;
                    delete obj.have;
                    delete obj.block;
                    delete obj.node;
                    delete obj.getLeaves;
                    delete obj.cancel;
                    delete obj.getSources;
                    delete obj.getBlocks;
                    delete obj.getHave;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* GetManifest.codec().stream(reader, reader.uint32(), `${prefix}.getManifest`, {
                                limits: opts.limits?.getManifest
                            });
                            break;
                        }
                        case 2: {
                            yield* GetHave.codec().stream(reader, reader.uint32(), `${prefix}.getHave`, {
                                limits: opts.limits?.getHave
                            });
                            break;
                        }
                        case 3: {
                            yield* GetBlocks.codec().stream(reader, reader.uint32(), `${prefix}.getBlocks`, {
                                limits: opts.limits?.getBlocks
                            });
                            break;
                        }
                        case 4: {
                            yield* GetSources.codec().stream(reader, reader.uint32(), `${prefix}.getSources`, {
                                limits: opts.limits?.getSources
                            });
                            break;
                        }
                        case 5: {
                            yield* Cancel.codec().stream(reader, reader.uint32(), `${prefix}.cancel`, {
                                limits: opts.limits?.cancel
                            });
                            break;
                        }
                        case 6: {
                            yield* GetLeaves.codec().stream(reader, reader.uint32(), `${prefix}.getLeaves`, {
                                limits: opts.limits?.getLeaves
                            });
                            break;
                        }
                        case 8: {
                            yield* Node.codec().stream(reader, reader.uint32(), `${prefix}.node`, {
                                limits: opts.limits?.node
                            });
                            break;
                        }
                        case 9: {
                            yield* Block.codec().stream(reader, reader.uint32(), `${prefix}.block`, {
                                limits: opts.limits?.block
                            });
                            break;
                        }
                        case 10: {
                            yield* Have.codec().stream(reader, reader.uint32(), `${prefix}.have`, {
                                limits: opts.limits?.have
                            });
                            break;
                        }
                        case 11: {
                            yield* Sources.codec().stream(reader, reader.uint32(), `${prefix}.sources`, {
                                limits: opts.limits?.sources
                            });
                            break;
                        }
                        case 12: {
                            yield* End.codec().stream(reader, reader.uint32(), `${prefix}.end`, {
                                limits: opts.limits?.end
                            });
                            break;
                        }
                        case 13: {
                            yield* Refused.codec().stream(reader, reader.uint32(), `${prefix}.refused`, {
                                limits: opts.limits?.refused
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
        return encodeMessage(obj, FileMessage.codec());
    }
    FileMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, FileMessage.codec(), opts);
    }
    FileMessage.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, FileMessage.codec(), opts);
    }
    FileMessage.stream = stream;
})(FileMessage || (FileMessage = {}));
export var GetManifest;
(function (GetManifest) {
    let _codec;
    GetManifest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.root != null && obj.root.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.root);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    root: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.root = reader.bytes();
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
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.root`,
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
        return encodeMessage(obj, GetManifest.codec());
    }
    GetManifest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GetManifest.codec(), opts);
    }
    GetManifest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GetManifest.codec(), opts);
    }
    GetManifest.stream = stream;
})(GetManifest || (GetManifest = {}));
export var GetHave;
(function (GetHave) {
    let _codec;
    GetHave.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.root != null && obj.root.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.root);
                }
                if ((obj.first != null && obj.first !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.first);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    root: uint8ArrayAlloc(0),
                    first: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.root = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.first = reader.uint32();
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
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.root`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.first`,
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
        return encodeMessage(obj, GetHave.codec());
    }
    GetHave.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GetHave.codec(), opts);
    }
    GetHave.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GetHave.codec(), opts);
    }
    GetHave.stream = stream;
})(GetHave || (GetHave = {}));
export var GetBlocks;
(function (GetBlocks) {
    let _codec;
    GetBlocks.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.root != null && obj.root.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.root);
                }
                if (obj.blocks != null && obj.blocks.length > 0) {
                    for (const value of obj.blocks) {
                        w.uint32(24);
                        w.uint32(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    root: uint8ArrayAlloc(0),
                    blocks: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.root = reader.bytes();
                            break;
                        }
                        case 3: {
                            if (opts.limits?.blocks != null && obj.blocks.length === opts.limits.blocks) {
                                throw new MaxLengthError('Decode error - repeated field "blocks" had too many elements');
                            }
                            obj.blocks.push(reader.uint32());
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
                    blocks: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.id`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.root`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            if (opts.limits?.blocks != null && obj.blocks === opts.limits.blocks) {
                                throw new MaxLengthError('Streaming decode error - repeated field "blocks" had too many elements');
                            }
                            yield {
                                field: `${prefix}.blocks[]`,
                                index: obj.blocks,
                                value: reader.uint32()
                            };
                            obj.blocks++;
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
        return encodeMessage(obj, GetBlocks.codec());
    }
    GetBlocks.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GetBlocks.codec(), opts);
    }
    GetBlocks.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GetBlocks.codec(), opts);
    }
    GetBlocks.stream = stream;
})(GetBlocks || (GetBlocks = {}));
export var GetLeaves;
(function (GetLeaves) {
    let _codec;
    GetLeaves.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if (obj.roots != null && obj.roots.length > 0) {
                    for (const value of obj.roots) {
                        w.uint32(18);
                        w.bytes(value);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    roots: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.roots != null && obj.roots.length === opts.limits.roots) {
                                throw new MaxLengthError('Decode error - repeated field "roots" had too many elements');
                            }
                            obj.roots.push(reader.bytes());
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
                    roots: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.id`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.roots != null && obj.roots === opts.limits.roots) {
                                throw new MaxLengthError('Streaming decode error - repeated field "roots" had too many elements');
                            }
                            yield {
                                field: `${prefix}.roots[]`,
                                index: obj.roots,
                                value: reader.bytes()
                            };
                            obj.roots++;
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
        return encodeMessage(obj, GetLeaves.codec());
    }
    GetLeaves.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GetLeaves.codec(), opts);
    }
    GetLeaves.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GetLeaves.codec(), opts);
    }
    GetLeaves.stream = stream;
})(GetLeaves || (GetLeaves = {}));
export var GetSources;
(function (GetSources) {
    let _codec;
    GetSources.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.root != null && obj.root.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.root);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    root: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.root = reader.bytes();
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
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.root`,
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
        return encodeMessage(obj, GetSources.codec());
    }
    GetSources.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, GetSources.codec(), opts);
    }
    GetSources.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, GetSources.codec(), opts);
    }
    GetSources.stream = stream;
})(GetSources || (GetSources = {}));
export var Cancel;
(function (Cancel) {
    let _codec;
    Cancel.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
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
export var Node;
(function (Node) {
    let _codec;
    Node.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.length != null && obj.length !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.length);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    length: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.length = reader.uint32();
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
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.length`,
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
        return encodeMessage(obj, Node.codec());
    }
    Node.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Node.codec(), opts);
    }
    Node.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Node.codec(), opts);
    }
    Node.stream = stream;
})(Node || (Node = {}));
export var Block;
(function (Block) {
    let _codec;
    Block.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.block != null && obj.block !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.block);
                }
                if ((obj.length != null && obj.length !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.length);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    block: 0,
                    length: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.block = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.length = reader.uint32();
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
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.block`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.length`,
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
        return encodeMessage(obj, Block.codec());
    }
    Block.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Block.codec(), opts);
    }
    Block.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Block.codec(), opts);
    }
    Block.stream = stream;
})(Block || (Block = {}));
export var Have;
(function (Have) {
    let _codec;
    Have.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.first != null && obj.first !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.first);
                }
                if ((obj.bits != null && obj.bits.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.bits);
                }
                if ((obj.total != null && obj.total !== 0)) {
                    w.uint32(32);
                    w.uint64Number(obj.total);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    first: 0,
                    bits: uint8ArrayAlloc(0),
                    total: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.first = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.bits = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.total = reader.uint64Number();
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
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.first`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.bits`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.total`,
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
        return encodeMessage(obj, Have.codec());
    }
    Have.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Have.codec(), opts);
    }
    Have.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Have.codec(), opts);
    }
    Have.stream = stream;
})(Have || (Have = {}));
export var Sources;
(function (Sources) {
    let _codec;
    Sources.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if (obj.sources != null && obj.sources.length > 0) {
                    for (const value of obj.sources) {
                        w.uint32(18);
                        Source.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    sources: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            if (opts.limits?.sources != null && obj.sources.length === opts.limits.sources) {
                                throw new MaxLengthError('Decode error - repeated field "sources" had too many elements');
                            }
                            obj.sources.push(Source.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.sources$
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
                    sources: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.id`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            if (opts.limits?.sources != null && obj.sources === opts.limits.sources) {
                                throw new MaxLengthError('Streaming decode error - repeated field "sources" had too many elements');
                            }
                            for (const evt of Source.codec().stream(reader, reader.uint32(), `${prefix}.sources[]`, {
                                limits: opts.limits?.sources$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.sources
                                };
                            }
                            obj.sources++;
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
        return encodeMessage(obj, Sources.codec());
    }
    Sources.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Sources.codec(), opts);
    }
    Sources.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Sources.codec(), opts);
    }
    Sources.stream = stream;
})(Sources || (Sources = {}));
export var Source;
(function (Source) {
    let _codec;
    Source.codec = () => {
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
        return encodeMessage(obj, Source.codec());
    }
    Source.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Source.codec(), opts);
    }
    Source.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Source.codec(), opts);
    }
    Source.stream = stream;
})(Source || (Source = {}));
export var End;
(function (End) {
    let _codec;
    End.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
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
export var Refused;
(function (Refused) {
    let _codec;
    Refused.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.id);
                }
                if ((obj.reason != null && obj.reason !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.reason);
                }
                if (obj.block != null) {
                    w.uint32(24);
                    w.uint32(obj.block);
                }
                if (obj.position != null) {
                    w.uint32(32);
                    w.uint32(obj.position);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    id: 0,
                    reason: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.reason = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.block = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.position = reader.uint32();
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
                                value: reader.uint32()
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
                        case 3: {
                            yield {
                                field: `${prefix}.block`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.position`,
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
