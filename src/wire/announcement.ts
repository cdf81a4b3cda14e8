/**
 * Announcements: what goes over the topic `/p2pnode/announce/1`.
 */
import {
  type Entry,
  type EntryKey,
  entryFromWire,
  entryKeyFromWire,
  entryKeyToWire,
  entryToWire
} from './entry.ts'
import { WireError } from './errors.ts'
import { checkCount, count, some } from './fields.ts'
import { type FrameRules, parseFrame, writeFrame } from './frame.ts'
import * as pb from './generated/catalog.js'
import { MAX_ANNOUNCEMENT_BYTES, MAX_DELTA_ENTRIES, MAX_ENVELOPE_BYTES } from './limits.ts'

/** What a provider says on the topic: its new head and what changed since an earlier one. */
export interface Announcement {
  /** Signed envelope of the new head. */
  head: Uint8Array
  /** `seq` of the head that the delta starts from; 0 with an empty delta: the receiver pulls what it lacks. */
  baseSeq: number
  added: Entry[]
  removed: EntryKey[]
}

const RULES: FrameRules<pb.Announcement> = {
  field: 'announcement',
  maxBytes: MAX_ANNOUNCEMENT_BYTES,
  lists: { added: MAX_DELTA_ENTRIES, removed: MAX_DELTA_ENTRIES }
}

/**
 * @throws WireError `too-many` or `too-long` when the delta is too big for the topic; then it goes out with `baseSeq` 0 and
 * without a delta
 */
export function encodeAnnouncement(announcement: Announcement): Uint8Array {
  checkCount(announcement.added, 'added', MAX_DELTA_ENTRIES)
  checkCount(announcement.removed, 'removed', MAX_DELTA_ENTRIES)
  checkBase(announcement)
  const wire: pb.Announcement = {
    head: some(announcement.head, 'head', MAX_ENVELOPE_BYTES),
    baseSeq: announcement.baseSeq,
    added: announcement.added.map(entryToWire),
    removed: announcement.removed.map(entryKeyToWire)
  }
  return writeFrame(pb.Announcement, wire, RULES)
}

export function decodeAnnouncement(bytes: Uint8Array): Announcement {
  const wire = parseFrame(pb.Announcement, bytes, RULES)
  const announcement = {
    head: some(wire.head, 'head', MAX_ENVELOPE_BYTES),
    baseSeq: wire.baseSeq,
    added: wire.added.map(entryFromWire),
    removed: wire.removed.map(entryKeyFromWire)
  }
  checkBase(announcement)
  return announcement
}

function checkBase({ baseSeq, added, removed }: Announcement): void {
  count(baseSeq, 'baseSeq')
  if (baseSeq === 0 && added.length + removed.length > 0) {
    throw new WireError({ code: 'malformed', field: 'baseSeq' })
  }
}
