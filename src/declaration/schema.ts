import { z } from 'zod'
import type { Field, Kind } from './field.ts'
import { fields, spellingsOf } from './fields.ts'
import { most, strategy, within } from './groups.ts'
import { siteSettings } from './static-sites.ts'
import { variables } from './variables.ts'

/** A JSON Schema, or a part of one. */
type Schema = Readonly<Record<string, unknown>>

/** A JSON Schema with definitions of its own. */
export interface DeclarationSchema extends Schema {
  readonly $defs: {
    readonly app: { readonly properties: Readonly<Record<string, Schema>> }
    readonly [name: string]: Schema
  }
}

/** The JSON Schema (2020-12) of a declaration, for editors. Checking is stricter: see `readDeclaration`. */
export function declarationSchema(): DeclarationSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Declaration of services',
    description: 'What `troupe start <file>` reads; PM2 files are understood as they are.',
    anyOf: [{ $ref: '#/$defs/file' }, list('#/$defs/app'), { $ref: '#/$defs/app' }],
    $defs: {
      file: fileSchema(),
      app: appSchema(),
      group: groupSchema(),
      variables: partOf(variables),
    },
  }
}

function fileSchema(): Schema {
  const apps = { anyOf: [list('#/$defs/app'), { $ref: '#/$defs/app' }] }
  return {
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      apps: { description: 'The services.', ...apps },
      pm2: { description: 'The services, as in a package.json.', ...apps },
      groups: {
        description: 'How the services of a namespace are supervised together.',
        type: 'object',
        additionalProperties: { $ref: '#/$defs/group' },
      },
      deploy: { description: "PM2's deployment over ssh. Does nothing here." },
      static: { description: 'Services that serve the files of a directory.', ...sitesSchema() },
    },
    anyOf: [{ required: ['apps'] }, { required: ['pm2'] }, { required: ['static'] }],
  }
}

function sitesSchema(): Schema {
  const settings = Object.entries(siteSettings).map(([name, { kind }]) => [name, partOf(kind)])
  const properties = {
    name: { type: 'string' },
    ...Object.fromEntries(settings),
    basic_auth: {
      type: 'object',
      properties: { username: { type: 'string' }, password: { type: 'string' } },
      required: ['username', 'password'],
    },
    monitor: { description: 'Does nothing here.' },
  }
  return { type: 'array', items: { type: 'object', properties } }
}

function appSchema(): DeclarationSchema['$defs']['app'] {
  const properties = Object.entries(fields).flatMap(([name, field]) =>
    spellingsOf(name).map((spelling) => [spelling, propertyOf(field, name, spelling)] as const),
  )
  const schema = {
    description: 'One service.',
    type: 'object',
    properties: Object.fromEntries(properties),
    patternProperties: {
      '^env_': {
        description: 'Variables that `--env <name>` puts over `env`.',
        $ref: '#/$defs/variables',
      },
    },
    anyOf: spellingsOf('script').map((spelling) => ({ required: [spelling] })),
  }
  return schema
}

function propertyOf(
  { kind, doc, fallback, standing }: Field,
  name: string,
  spelling: string,
): Schema {
  const now = { active: '', later: ' Not active yet.', moot: ' Does nothing here.' }[standing.kind]
  return {
    ...partOf(kind),
    description: `${spelling === name ? doc : `The same as ${name}. ${doc}`}${now}`,
    ...(fallback === undefined ? {} : { default: fallback }),
  }
}

function groupSchema(): Schema {
  const settings = {
    type: 'object',
    properties: {
      strategy: partOf(strategy),
      intensity: {
        type: 'object',
        properties: { max: partOf(most), within: partOf(within) },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  }
  return {
    type: 'object',
    properties: { supervision: { anyOf: [partOf(strategy), settings] } },
    additionalProperties: false,
  }
}

function list(ref: string): Schema {
  return { type: 'array', items: { $ref: ref }, minItems: 1 }
}

function partOf({ type }: Kind<unknown>): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' })
  return schema
}
