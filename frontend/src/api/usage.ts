import type { paths } from './schema'

type JsonAnswer<
  Path extends '/tokens/models' | '/tokens/users' | '/tokens' | '/tokens/cost-efficiency',
> = paths[Path]['get']['responses'][200]['content']['application/json']

export type ModelUsage = JsonAnswer<'/tokens/models'>['models'][number]
export type PersonUsage = JsonAnswer<'/tokens/users'>['users'][number]
export type TeamUsage = JsonAnswer<'/tokens'>['teams'][number]
export type UserUsage = TeamUsage['breakdown']['api_keys'][number]
export type CostCell = JsonAnswer<'/tokens/cost-efficiency'>['cells'][number]
