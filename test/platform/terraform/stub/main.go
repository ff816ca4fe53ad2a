// A stand-in for Terraform providers where no registry is: it has their schemas, as recorded from the real ones by
// `npm run check terraform -- --record`, and a cluster that is only in Terraform's state. `terraform test` with
// mock_provider asks it for its schema only, and for ephemeral resources, which Terraform cannot mock. Its name says which
// provider it plays.
package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

//go:embed schemas.json
var recorded []byte

type attribute struct {
	Type       json.RawMessage `json:"type"`
	NestedType *struct {
		Attributes  map[string]attribute `json:"attributes"`
		NestingMode string               `json:"nesting_mode"`
	} `json:"nested_type"`
	Required  bool `json:"required"`
	Optional  bool `json:"optional"`
	Computed  bool `json:"computed"`
	Sensitive bool `json:"sensitive"`
	WriteOnly bool `json:"write_only"`
}

type block struct {
	Attributes map[string]attribute `json:"attributes"`
	BlockTypes map[string]struct {
		NestingMode string `json:"nesting_mode"`
		Block       block  `json:"block"`
		MinItems    int64  `json:"min_items"`
		MaxItems    int64  `json:"max_items"`
	} `json:"block_types"`
}

type schema struct {
	Version int64 `json:"version"`
	Block   block `json:"block"`
}

type provider struct {
	// Whatever else Terraform might ask for ends the program: it is only a stand-in.
	tfprotov6.ProviderServer
	Provider    schema            `json:"provider"`
	Resources   map[string]schema `json:"resource_schemas"`
	DataSources map[string]schema `json:"data_source_schemas"`
	Ephemerals  map[string]schema `json:"ephemeral_resource_schemas"`
}

var objectModes = map[string]tfprotov6.SchemaObjectNestingMode{
	"single": tfprotov6.SchemaObjectNestingModeSingle,
	"list":   tfprotov6.SchemaObjectNestingModeList,
	"set":    tfprotov6.SchemaObjectNestingModeSet,
	"map":    tfprotov6.SchemaObjectNestingModeMap,
}

var blockModes = map[string]tfprotov6.SchemaNestedBlockNestingMode{
	"single": tfprotov6.SchemaNestedBlockNestingModeSingle,
	"group":  tfprotov6.SchemaNestedBlockNestingModeGroup,
	"list":   tfprotov6.SchemaNestedBlockNestingModeList,
	"set":    tfprotov6.SchemaNestedBlockNestingModeSet,
	"map":    tfprotov6.SchemaNestedBlockNestingModeMap,
}

func toAttributes(from map[string]attribute) []*tfprotov6.SchemaAttribute {
	var to []*tfprotov6.SchemaAttribute
	for name, a := range from {
		made := &tfprotov6.SchemaAttribute{
			Name: name, Required: a.Required, Optional: a.Optional, Computed: a.Computed, Sensitive: a.Sensitive,
			WriteOnly: a.WriteOnly,
		}
		if a.NestedType != nil {
			made.NestedType = &tfprotov6.SchemaObject{
				Attributes: toAttributes(a.NestedType.Attributes), Nesting: objectModes[a.NestedType.NestingMode],
			}
		} else {
			kind, err := tftypes.ParseJSONType(a.Type)
			if err != nil {
				panic(err)
			}
			made.Type = kind
		}
		to = append(to, made)
	}
	return to
}

func toBlock(from block) *tfprotov6.SchemaBlock {
	to := &tfprotov6.SchemaBlock{Attributes: toAttributes(from.Attributes)}
	for name, b := range from.BlockTypes {
		to.BlockTypes = append(to.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: name, Block: toBlock(b.Block), Nesting: blockModes[b.NestingMode], MinItems: b.MinItems, MaxItems: b.MaxItems,
		})
	}
	return to
}

func toSchema(from schema) *tfprotov6.Schema {
	return &tfprotov6.Schema{Version: from.Version, Block: toBlock(from.Block)}
}

func toSchemas(from map[string]schema) map[string]*tfprotov6.Schema {
	to := map[string]*tfprotov6.Schema{}
	for name, s := range from {
		to[name] = toSchema(s)
	}
	return to
}

func (p *provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:                 toSchema(p.Provider),
		ResourceSchemas:          toSchemas(p.Resources),
		DataSourceSchemas:        toSchemas(p.DataSources),
		EphemeralResourceSchemas: toSchemas(p.Ephemerals),
	}, nil
}

func (p *provider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (p *provider) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}

func (p *provider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (p *provider) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (p *provider) ValidateEphemeralResourceConfig(context.Context, *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov6.ValidateEphemeralResourceConfigResponse{}, nil
}

func (p *provider) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (p *provider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func main() {
	// terraform-provider-<type>_v<version>
	kind := strings.TrimPrefix(strings.SplitN(filepath.Base(os.Args[0]), "_", 2)[0], "terraform-provider-")
	all := map[string]*provider{}
	if err := json.Unmarshal(recorded, &all); err != nil {
		panic(err)
	}
	for address, p := range all {
		if filepath.Base(address) == kind {
			if err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return p }); err != nil {
				panic(err)
			}
			return
		}
	}
	panic("no schema of a provider " + kind)
}
