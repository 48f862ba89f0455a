// A Bluesky network on loopback: identity directory, account server (PDS), sync service and index
// (AppView), as the project's own developers start it, without moderation. Prints one JSON line
// when it answers. Everything is forgotten at its end.
//
// Needs PostgreSQL (DB_POSTGRES_URL), Redis (REDIS_HOST) and the ports PDS_PORT and BSKY_PORT.
import { TestBsky, TestBsync, TestPds, TestPlc, mockNetworkUtilities } from '@atproto/dev-env'

const { DB_POSTGRES_URL: dbUrl, REDIS_HOST: redisHost, PDS_PORT, BSKY_PORT } = process.env
const pdsPort = Number(PDS_PORT)
const apiKey = 'loopback-only'

const plc = await TestPlc.create({})
const bsync = await TestBsync.create({ apiKeys: [apiKey], dbUrl, dbSchema: 'bsync' })
const bsky = await TestBsky.create({
  port: Number(BSKY_PORT),
  publicUrl: `http://localhost:${BSKY_PORT}`,
  plcUrl: plc.url,
  bsyncApiKey: apiKey,
  bsyncUrl: bsync.url,
  repoProvider: `ws://localhost:${pdsPort}`,
  dbPostgresSchema: 'appview',
  dbPostgresUrl: dbUrl,
  redisHost,
})
bsync.ctx.dataplaneClients = [bsky.ctx.dataplane]
const pds = await TestPds.create({
  port: pdsPort,
  hostname: 'localhost',
  didPlcUrl: plc.url,
  bskyAppViewUrl: bsky.url,
  bskyAppViewDid: bsky.ctx.cfg.serverDid,
  enableDidDocWithSession: true,
  inviteRequired: false,
})
mockNetworkUtilities(pds, bsky)
console.log(JSON.stringify({ pds: pds.url, appview: bsky.url }))
