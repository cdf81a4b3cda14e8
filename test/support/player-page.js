/**
 * The browser's side of test/e2e/video.spec.ts, in a page of the node's own origin.
 */

/** Pictures of noise, which nothing makes smaller, as data URLs of lossy WebP. */
globalThis.noisePictures = ({ width, height, count }) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d', { alpha: false })
  return Array.from({ length: count }, () => {
    const image = context.createImageData(width, height)
    for (let at = 0; at < image.data.length; at++) image.data[at] = at % 4 === 3 ? 255 : Math.random() * 256
    context.putImageData(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.8)
  })
}

/** Plays what is at `path`; resolves when the first picture is there. */
globalThis.play = async path => {
  globalThis.video = Object.assign(document.createElement('video'), { muted: true, src: path })
  document.body.append(globalThis.video)
  await globalThis.video.play()
}

/** Jumps; resolves when the picture there is shown. */
globalThis.jumpTo = async seconds => {
  const { promise, resolve } = Promise.withResolvers()
  globalThis.video.addEventListener('seeked', resolve, { once: true })
  globalThis.video.currentTime = seconds
  await promise
}

/** Where it is, in seconds; how many pictures were shown; and what went wrong. */
globalThis.seen = () => ({
  at: globalThis.video.currentTime,
  length: globalThis.video.duration,
  pictures: globalThis.video.getVideoPlaybackQuality().totalVideoFrames,
  error: globalThis.video.error?.message ?? null
})
