// Makes unixfs.csv: root CIDs by the JavaScript implementation of IPFS, which shares no code with ours.
//   mkdir /tmp/vectors && cd /tmp/vectors && npm install ipfs-unixfs-importer@17.1.1 blockstore-core@7.0.1
//   cp .../unixfs.mjs . && node unixfs.mjs > unixfs.csv
// Byte i of every input is the top byte of i * 0x9E3779B1 modulo 2^32.
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import { balanced } from 'ipfs-unixfs-importer/layout'
import { importFile } from 'ipfs-unixfs-importer'
import { BlackHoleBlockstore } from 'blockstore-core/black-hole'

const CHUNK = 262144
const cases = [
  ...[0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 1 << 20, 174 * CHUNK, 174 * CHUNK + 1, 100_000_000]
    .map(size => [CHUNK, size]),
  // Chunks of one byte, to reach trees of three and four levels with little data.
  ...[174, 175, 174 * 174, 174 * 174 + 1, 174 * 174 * 2 + 175].map(size => [1, size])
]

async function * bytes (size) {
  for (let at = 0; at < size; at += CHUNK) {
    const part = new Uint8Array(Math.min(CHUNK, size - at))
    for (let i = 0; i < part.length; i++) part[i] = Math.imul(at + i, 0x9E3779B1) >>> 24
    yield part
  }
}

console.log('chunk,size,cid')
for (const [chunk, size] of cases) {
  const result = await importFile({ content: bytes(size) }, new BlackHoleBlockstore(), {
    cidVersion: 1,
    rawLeaves: true,
    reduceSingleLeafToSelf: true,
    chunker: fixedSize({ chunkSize: chunk }),
    layout: balanced({ maxChildrenPerNode: 174 })
  })
  console.log(`${chunk},${size},${result.cid}`)
}
