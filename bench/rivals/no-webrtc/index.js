/** Names that are imported and, over TCP, never used. */
export class PeerConnection {}
export class RtcpReceivingSession {}
export class Video {}
export class Audio {}
export class IceUdpMuxListener {}
export function cleanup() {}
