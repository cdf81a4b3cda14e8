import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface FileMessage {
    getManifest?: GetManifest;
    getHave?: GetHave;
    getBlocks?: GetBlocks;
    getSources?: GetSources;
    cancel?: Cancel;
    getLeaves?: GetLeaves;
    node?: Node;
    block?: Block;
    have?: Have;
    sources?: Sources;
    end?: End;
    refused?: Refused;
}
export declare namespace FileMessage {
    const codec: () => Codec<FileMessage>;
    interface FileMessageGetManifestIdFieldEvent {
        field: '$.getManifest.id';
        value: number;
    }
    interface FileMessageGetManifestRootFieldEvent {
        field: '$.getManifest.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FileMessageGetHaveIdFieldEvent {
        field: '$.getHave.id';
        value: number;
    }
    interface FileMessageGetHaveRootFieldEvent {
        field: '$.getHave.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FileMessageGetHaveFirstFieldEvent {
        field: '$.getHave.first';
        value: number;
    }
    interface FileMessageGetBlocksIdFieldEvent {
        field: '$.getBlocks.id';
        value: number;
    }
    interface FileMessageGetBlocksRootFieldEvent {
        field: '$.getBlocks.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FileMessageGetBlocksBlocksFieldEvent {
        field: '$.getBlocks.blocks[]';
        index: number;
        value: number;
    }
    interface FileMessageGetSourcesIdFieldEvent {
        field: '$.getSources.id';
        value: number;
    }
    interface FileMessageGetSourcesRootFieldEvent {
        field: '$.getSources.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FileMessageCancelIdFieldEvent {
        field: '$.cancel.id';
        value: number;
    }
    interface FileMessageGetLeavesIdFieldEvent {
        field: '$.getLeaves.id';
        value: number;
    }
    interface FileMessageGetLeavesRootsFieldEvent {
        field: '$.getLeaves.roots[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface FileMessageNodeIdFieldEvent {
        field: '$.node.id';
        value: number;
    }
    interface FileMessageNodeLengthFieldEvent {
        field: '$.node.length';
        value: number;
    }
    interface FileMessageBlockIdFieldEvent {
        field: '$.block.id';
        value: number;
    }
    interface FileMessageBlockBlockFieldEvent {
        field: '$.block.block';
        value: number;
    }
    interface FileMessageBlockLengthFieldEvent {
        field: '$.block.length';
        value: number;
    }
    interface FileMessageHaveIdFieldEvent {
        field: '$.have.id';
        value: number;
    }
    interface FileMessageHaveFirstFieldEvent {
        field: '$.have.first';
        value: number;
    }
    interface FileMessageHaveBitsFieldEvent {
        field: '$.have.bits';
        value: Uint8Array<ArrayBuffer>;
    }
    interface FileMessageHaveTotalFieldEvent {
        field: '$.have.total';
        value: number;
    }
    interface FileMessageSourcesIdFieldEvent {
        field: '$.sources.id';
        value: number;
    }
    interface FileMessageSourcesSourcesPeerFieldEvent {
        field: '$.sources.sources[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface FileMessageSourcesSourcesAddressesFieldEvent {
        field: '$.sources.sources[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface FileMessageEndIdFieldEvent {
        field: '$.end.id';
        value: number;
    }
    interface FileMessageRefusedIdFieldEvent {
        field: '$.refused.id';
        value: number;
    }
    interface FileMessageRefusedReasonFieldEvent {
        field: '$.refused.reason';
        value: number;
    }
    interface FileMessageRefusedBlockFieldEvent {
        field: '$.refused.block';
        value: number;
    }
    interface FileMessageRefusedPositionFieldEvent {
        field: '$.refused.position';
        value: number;
    }
    function encode(obj: Partial<FileMessage>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FileMessage>): FileMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FileMessage>): Generator<FileMessageGetManifestIdFieldEvent | FileMessageGetManifestRootFieldEvent | FileMessageGetHaveIdFieldEvent | FileMessageGetHaveRootFieldEvent | FileMessageGetHaveFirstFieldEvent | FileMessageGetBlocksIdFieldEvent | FileMessageGetBlocksRootFieldEvent | FileMessageGetBlocksBlocksFieldEvent | FileMessageGetSourcesIdFieldEvent | FileMessageGetSourcesRootFieldEvent | FileMessageCancelIdFieldEvent | FileMessageGetLeavesIdFieldEvent | FileMessageGetLeavesRootsFieldEvent | FileMessageNodeIdFieldEvent | FileMessageNodeLengthFieldEvent | FileMessageBlockIdFieldEvent | FileMessageBlockBlockFieldEvent | FileMessageBlockLengthFieldEvent | FileMessageHaveIdFieldEvent | FileMessageHaveFirstFieldEvent | FileMessageHaveBitsFieldEvent | FileMessageHaveTotalFieldEvent | FileMessageSourcesIdFieldEvent | FileMessageSourcesSourcesPeerFieldEvent | FileMessageSourcesSourcesAddressesFieldEvent | FileMessageEndIdFieldEvent | FileMessageRefusedIdFieldEvent | FileMessageRefusedReasonFieldEvent | FileMessageRefusedBlockFieldEvent | FileMessageRefusedPositionFieldEvent>;
}
export interface GetManifest {
    id: number;
    root: Uint8Array<ArrayBuffer>;
}
export declare namespace GetManifest {
    const codec: () => Codec<GetManifest>;
    interface GetManifestIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface GetManifestRootFieldEvent {
        field: '$.root';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<GetManifest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetManifest>): GetManifest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetManifest>): Generator<GetManifestIdFieldEvent | GetManifestRootFieldEvent>;
}
export interface GetHave {
    id: number;
    root: Uint8Array<ArrayBuffer>;
    first: number;
}
export declare namespace GetHave {
    const codec: () => Codec<GetHave>;
    interface GetHaveIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface GetHaveRootFieldEvent {
        field: '$.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface GetHaveFirstFieldEvent {
        field: '$.first';
        value: number;
    }
    function encode(obj: Partial<GetHave>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetHave>): GetHave;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetHave>): Generator<GetHaveIdFieldEvent | GetHaveRootFieldEvent | GetHaveFirstFieldEvent>;
}
export interface GetBlocks {
    id: number;
    root: Uint8Array<ArrayBuffer>;
    blocks: number[];
}
export declare namespace GetBlocks {
    const codec: () => Codec<GetBlocks>;
    interface GetBlocksIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface GetBlocksRootFieldEvent {
        field: '$.root';
        value: Uint8Array<ArrayBuffer>;
    }
    interface GetBlocksBlocksFieldEvent {
        field: '$.blocks[]';
        index: number;
        value: number;
    }
    function encode(obj: Partial<GetBlocks>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetBlocks>): GetBlocks;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetBlocks>): Generator<GetBlocksIdFieldEvent | GetBlocksRootFieldEvent | GetBlocksBlocksFieldEvent>;
}
export interface GetLeaves {
    id: number;
    roots: Uint8Array<ArrayBuffer>[];
}
export declare namespace GetLeaves {
    const codec: () => Codec<GetLeaves>;
    interface GetLeavesIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface GetLeavesRootsFieldEvent {
        field: '$.roots[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<GetLeaves>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetLeaves>): GetLeaves;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetLeaves>): Generator<GetLeavesIdFieldEvent | GetLeavesRootsFieldEvent>;
}
export interface GetSources {
    id: number;
    root: Uint8Array<ArrayBuffer>;
}
export declare namespace GetSources {
    const codec: () => Codec<GetSources>;
    interface GetSourcesIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface GetSourcesRootFieldEvent {
        field: '$.root';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<GetSources>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetSources>): GetSources;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GetSources>): Generator<GetSourcesIdFieldEvent | GetSourcesRootFieldEvent>;
}
export interface Cancel {
    id: number;
}
export declare namespace Cancel {
    const codec: () => Codec<Cancel>;
    interface CancelIdFieldEvent {
        field: '$.id';
        value: number;
    }
    function encode(obj: Partial<Cancel>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Cancel;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Cancel>): Generator<CancelIdFieldEvent>;
}
export interface Node {
    id: number;
    length: number;
}
export declare namespace Node {
    const codec: () => Codec<Node>;
    interface NodeIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface NodeLengthFieldEvent {
        field: '$.length';
        value: number;
    }
    function encode(obj: Partial<Node>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Node>): Node;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Node>): Generator<NodeIdFieldEvent | NodeLengthFieldEvent>;
}
export interface Block {
    id: number;
    block: number;
    length: number;
}
export declare namespace Block {
    const codec: () => Codec<Block>;
    interface BlockIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface BlockBlockFieldEvent {
        field: '$.block';
        value: number;
    }
    interface BlockLengthFieldEvent {
        field: '$.length';
        value: number;
    }
    function encode(obj: Partial<Block>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Block>): Block;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Block>): Generator<BlockIdFieldEvent | BlockBlockFieldEvent | BlockLengthFieldEvent>;
}
export interface Have {
    id: number;
    first: number;
    bits: Uint8Array<ArrayBuffer>;
    total: number;
}
export declare namespace Have {
    const codec: () => Codec<Have>;
    interface HaveIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface HaveFirstFieldEvent {
        field: '$.first';
        value: number;
    }
    interface HaveBitsFieldEvent {
        field: '$.bits';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HaveTotalFieldEvent {
        field: '$.total';
        value: number;
    }
    function encode(obj: Partial<Have>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Have>): Have;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Have>): Generator<HaveIdFieldEvent | HaveFirstFieldEvent | HaveBitsFieldEvent | HaveTotalFieldEvent>;
}
export interface Sources {
    id: number;
    sources: Source[];
}
export declare namespace Sources {
    const codec: () => Codec<Sources>;
    interface SourcesIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface SourcesSourcesPeerFieldEvent {
        field: '$.sources[].peer';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SourcesSourcesAddressesFieldEvent {
        field: '$.sources[].addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Sources>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Sources>): Sources;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Sources>): Generator<SourcesIdFieldEvent | SourcesSourcesPeerFieldEvent | SourcesSourcesAddressesFieldEvent>;
}
export interface Source {
    peer: Uint8Array<ArrayBuffer>;
    addresses: Uint8Array<ArrayBuffer>[];
}
export declare namespace Source {
    const codec: () => Codec<Source>;
    interface SourcePeerFieldEvent {
        field: '$.peer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SourceAddressesFieldEvent {
        field: '$.addresses[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Source>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Source>): Source;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Source>): Generator<SourcePeerFieldEvent | SourceAddressesFieldEvent>;
}
export interface End {
    id: number;
}
export declare namespace End {
    const codec: () => Codec<End>;
    interface EndIdFieldEvent {
        field: '$.id';
        value: number;
    }
    function encode(obj: Partial<End>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): End;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): Generator<EndIdFieldEvent>;
}
export interface Refused {
    id: number;
    reason: number;
    block?: number;
    position?: number;
}
export declare namespace Refused {
    const codec: () => Codec<Refused>;
    interface RefusedIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface RefusedReasonFieldEvent {
        field: '$.reason';
        value: number;
    }
    interface RefusedBlockFieldEvent {
        field: '$.block';
        value: number;
    }
    interface RefusedPositionFieldEvent {
        field: '$.position';
        value: number;
    }
    function encode(obj: Partial<Refused>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refused>): Refused;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Refused>): Generator<RefusedIdFieldEvent | RefusedReasonFieldEvent | RefusedBlockFieldEvent | RefusedPositionFieldEvent>;
}
