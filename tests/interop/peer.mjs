// Driver for the npm package `jose`, with the commands of peer.py:
//   peer.mjs sign ALG KEYFILE | verify ALG KEYFILE | batch
// Node resolves packages relative to this file, so AUTHKIT_INTEROP names the directory of install.sh.
// The passphrase of encrypted keys is in the environment variable PASSPHRASE; jose reads no encrypted keys,
// so node:crypto decrypts them into key objects.

import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

const folder = resolve(process.env.AUTHKIT_INTEROP ?? '.')
const jose = await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve('jose')))

// The import format of a key file, and its kid.
async function keyOf(file, alg) {
  const bytes = readFileSync(file)
  const start = bytes.toString('latin1').trimStart()
  if (start.startsWith('{')) {
    const jwk = JSON.parse(bytes)
    if (jwk.keys) return { key: jose.createLocalJWKSet(jwk) }
    return { key: await jose.importJWK(jwk, alg), kid: jwk.kid }
  }
  if (start.startsWith('-----BEGIN ENCRYPTED')) {
    return { key: createPrivateKey({ key: bytes, passphrase: process.env.PASSPHRASE }) }
  }
  if (start.startsWith('-----BEGIN PRIVATE')) return { key: await jose.importPKCS8(start, alg) }
  if (start.startsWith('-----BEGIN CERTIFICATE')) return { key: await jose.importX509(start, alg) }
  if (start.startsWith('-----BEGIN')) return { key: await jose.importSPKI(start, alg) }
  return { key: new Uint8Array(bytes) }
}

async function sign(alg, key, kid, claims) {
  return new jose.SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT', ...(kid && { kid }) }).sign(key)
}

async function generate(alg, claims) {
  if (alg.startsWith('HS')) {
    const key = await jose.generateSecret(alg, { extractable: true })
    return { jwk: { ...(await jose.exportJWK(key)), kid: 'peer', alg }, token: await sign(alg, key, 'peer', claims) }
  }
  const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true })
  const named = { kid: 'peer', alg, use: 'sig' }
  const pem = await jose.exportPKCS8(privateKey)
  const encryption = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: process.env.PASSPHRASE }
  return {
    jwk: { ...(await jose.exportJWK(privateKey)), ...named },
    public_jwk: { ...(await jose.exportJWK(publicKey)), ...named },
    pem,
    public_pem: await jose.exportSPKI(publicKey),
    encrypted_pem: createPrivateKey(pem).export(encryption),
    token: await sign(alg, privateKey, 'peer', claims),
  }
}

async function work(job) {
  if (job.op === 'generate') return generate(job.alg, job.claims)
  const { key, kid } = await keyOf(job.key, job.alg)
  if (job.op === 'sign') return { token: await sign(job.alg, key, kid, job.claims) }
  const options = { algorithms: [job.alg], requiredClaims: ['exp'] }
  const { payload } = await jose.jwtVerify(job.token, key, options).catch(async (error) => {
    // Several keys of a set match: each is tried, as its documentation shows.
    if (error?.code !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') throw error
    for await (const match of error) {
      const verified = await jose.jwtVerify(job.token, match, options).catch(() => undefined)
      if (verified) return verified
    }
    throw new jose.errors.JWSSignatureVerificationFailed()
  })
  return { claims: payload }
}

const answer = (job) => work(job).catch((error) => ({ error: `${error.name}: ${error.message}` }))

const [op, alg, key] = process.argv.slice(2)
const input = await text(process.stdin)
if (op === 'batch') {
  const answers = []
  for (const job of JSON.parse(input).jobs) answers.push(await answer(job))
  const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', 'jose', 'package.json')))
  console.log(JSON.stringify({ peer: `jose (npm) ${version}`, answers }))
} else if ((op === 'sign' || op === 'verify') && key) {
  const said = await answer({ op, alg, key, ...(op === 'sign' ? { claims: JSON.parse(input) } : { token: input.trim() }) })
  if (said.error) console.error(said.error)
  else console.log(said.token ?? JSON.stringify(said.claims))
  process.exitCode = said.error ? 1 : 0
} else {
  console.error('usage: peer.mjs sign ALG KEYFILE | verify ALG KEYFILE | batch')
  process.exitCode = 2
}
