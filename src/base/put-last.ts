/**
 * Puts a key at the end of a map, and drops the first one when there are more than `most`: a map in order of last use, or of
 * last news, in bounded space.
 */
export function putLast<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > most) map.delete(map.keys().next().value as K)
}
