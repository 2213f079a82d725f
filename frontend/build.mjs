// Builds styles and scripts into the Python package: hashed names, a manifest with integrity
// digests, and the notices of what is bundled. Two builds of the same sources are the same bytes.

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'
import { compile } from 'sass'

import { SOUNDS } from './sounds.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const target = resolve(here, '../src/hotline_sessions/web/static/dist')
const modules = join(here, 'node_modules')

const SCRIPTS = ['capture', 'enabled', 'planner', 'public', 'softphone', 'staff', 'twilio', 'work']
const PLAIN = ['capture', 'enabled'] // loaded not as modules
const STYLES = ['planner', 'public', 'staff']
const IMAGES = ['icon.svg']

const bundled = new Set()

function notePackage (path) {
  const inside = relative(modules, path)
  if (inside.startsWith('..')) return
  const parts = inside.split(/[\\/]/)
  bundled.add(parts[0].startsWith('@') ? parts.slice(0, 2).join('/') : parts[0])
}

async function buildScript (name) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [`scripts/${name}.js`],
    bundle: true,
    charset: 'utf8',
    format: PLAIN.includes(name) ? 'iife' : 'esm',
    legalComments: 'none',
    metafile: true,
    minify: true,
    target: ['es2021'],
    write: false
  })
  for (const input of Object.keys(result.metafile.inputs)) notePackage(resolve(here, input))
  return Buffer.from(result.outputFiles[0].contents)
}

function buildStyle (name) {
  const result = compile(join(here, 'styles', `${name}.scss`), {
    loadPaths: [modules],
    quietDeps: true,
    style: 'compressed'
  })
  for (const url of result.loadedUrls) notePackage(fileURLToPath(url))
  return Buffer.from(result.css)
}

function readNotices () {
  return [...bundled].sort().map(name => {
    const folder = join(modules, name)
    const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const files = readdirSync(folder)
      .filter(file => /^(licen[cs]e|notice|copying)/i.test(file))
      .sort()
      .map(file => join(folder, file))
    // A package that ships no licence file has its licence copied from its repository.
    if (files.length === 0) files.push(join(here, 'licences', `${name}.txt`))
    const texts = files.map(file => readFileSync(file, 'utf8').trim())
    return `${name} ${about.version} (${about.license})\n\n${texts.join('\n\n')}\n`
  }).join(`\n${'-'.repeat(78)}\n\n`)
}

const contents = new Map()
for (const name of SCRIPTS) contents.set(`${name}.js`, await buildScript(name))
for (const name of STYLES) contents.set(`${name}.css`, buildStyle(name))
for (const [name, content] of Object.entries(SOUNDS)) contents.set(name, content)
for (const name of IMAGES) contents.set(name, readFileSync(join(here, 'images', name)))

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })

const manifest = {}
for (const [name, content] of [...contents].sort(([one], [other]) => (one < other ? -1 : 1))) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const file = name.replace(/\.(\w+)$/, `.${hash}.$1`)
  const integrity = `sha384-${createHash('sha384').update(content).digest('base64')}`
  manifest[name] = { file, integrity }
  writeFileSync(join(target, file), content)
  console.log(`${file}  ${content.length} bytes`)
}
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
writeFileSync(join(target, 'THIRD_PARTY_NOTICES.txt'), readNotices())
