import type { paths } from './schema'

type JsonAnswer<Path extends '/tokens/models' | '/tokens'> =
  paths[Path]['get']['responses'][200]['content']['application/json']

export type ModelUsage = JsonAnswer<'/tokens/models'>['models'][number]
export type TeamUsage = JsonAnswer<'/tokens'>['teams'][number]
export type UserUsage = TeamUsage['breakdown']['api_keys'][number]
