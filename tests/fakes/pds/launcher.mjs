// Runs a PDS and its PLC directory on 127.0.0.1 until its standard input ends, so that neither outlives its test run.
// Arguments: the folder with node_modules; "limited" for Bluesky's own rate limits. Writes one line of JSON: where they are.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [installed, limits] = process.argv.slice(2)

// Both call listen(port) alone, which would open them to the network.
const listen = Server.prototype.listen
Server.prototype.listen = function (port, ...others) {
  return listen.call(this, Number(port), '127.0.0.1', ...others.filter((one) => typeof one === 'function'))
}

const found = createRequire(join(installed, 'package.json'))
const load = async (name) => import(pathToFileURL(found.resolve(name)).href)
const plc = await load('@did-plc/server')
const pds = await load('@atproto/pds')

const home = mkdtempSync(join(tmpdir(), 'fleet-pds-'))
process.on('exit', () => rmSync(home, { recursive: true, force: true }))

const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: 0 })
const directoryAt = (await directory.start()).address()

const admin = randomBytes(16).toString('hex')
const server = await pds.PDS.fromEnv({
  port: 0,
  hostname: 'localhost',
  devMode: true,
  dataDirectory: home,
  blobstoreDiskLocation: join(home, 'blobs'),
  didPlcUrl: `http://127.0.0.1:${directoryAt.port}`,
  disableSsrfProtection: true,
  inviteRequired: false,
  rateLimitsEnabled: limits === 'limited',
  serviceHandleDomains: ['.test'],
  crawlers: [],
  jwtSecret: randomBytes(16).toString('hex'),
  adminPassword: admin,
  plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString('hex'),
})
const at = (await server.start()).address()
const address = (one) => `http://${one.address}:${one.port}`
console.log(JSON.stringify({ url: address(at), directory: address(directoryAt), admin }))

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
