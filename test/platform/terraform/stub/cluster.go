package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What the cluster knows: STUB is a file with the data of each data source, by its type.
func known() (data map[string]map[string]json.RawMessage, err error) {
	text, err := os.ReadFile(os.Getenv("STUB"))
	if err == nil {
		err = json.Unmarshal(text, &data)
	}
	return data, err
}

// STUB_GONE is set if another cluster has taken the place of the one in the state.
func isGone() bool { return os.Getenv("STUB_GONE") != "" }

// A value of a type, for what a provider computes.
func toComputed(kind tftypes.Type) tftypes.Value {
	switch {
	case kind.Is(tftypes.String):
		return tftypes.NewValue(kind, "computed")
	case kind.Is(tftypes.Number):
		return tftypes.NewValue(kind, 1)
	case kind.Is(tftypes.Bool):
		return tftypes.NewValue(kind, true)
	}
	if object, ok := kind.(tftypes.Object); ok {
		values := map[string]tftypes.Value{}
		for name, of := range object.AttributeTypes {
			values[name] = toComputed(of)
		}
		return tftypes.NewValue(kind, values)
	}
	if kind.Is(tftypes.Map{}) {
		return tftypes.NewValue(kind, map[string]tftypes.Value{})
	}
	return tftypes.NewValue(kind, []tftypes.Value{})
}

// Replaces the values of a block's attributes, in its nested blocks too.
func (b block) replace(value tftypes.Value, by func(attribute, tftypes.Value) tftypes.Value) tftypes.Value {
	if value.IsNull() || !value.IsKnown() {
		return value
	}
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		panic(err)
	}
	for name, a := range b.Attributes {
		values[name] = by(a, values[name])
	}
	for name, nested := range b.BlockTypes {
		if nested.NestingMode == "single" {
			values[name] = nested.Block.replace(values[name], by)
			continue
		}
		var list []tftypes.Value
		if values[name].IsNull() || !values[name].IsKnown() {
			continue
		}
		if err := values[name].As(&list); err != nil {
			panic(err)
		}
		for index, one := range list {
			list[index] = nested.Block.replace(one, by)
		}
		values[name] = tftypes.NewValue(values[name].Type(), list)
	}
	return tftypes.NewValue(value.Type(), values)
}

func (s schema) read(from *tfprotov6.DynamicValue) (tftypes.Value, error) {
	return from.Unmarshal(toSchema(s).ValueType())
}

func (s schema) write(value tftypes.Value) *tfprotov6.DynamicValue {
	to, err := tfprotov6.NewDynamicValue(toSchema(s).ValueType(), value)
	if err != nil {
		panic(err)
	}
	return &to
}

func (p *provider) UpgradeResourceState(_ context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	s := p.Resources[r.TypeName]
	value, err := r.RawState.Unmarshal(toSchema(s).ValueType())
	if err != nil {
		return nil, err
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: s.write(value)}, nil
}

func (p *provider) ReadResource(_ context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	s := p.Resources[r.TypeName]
	if isGone() {
		return &tfprotov6.ReadResourceResponse{NewState: s.write(tftypes.NewValue(toSchema(s).ValueType(), nil))}, nil
	}
	return &tfprotov6.ReadResourceResponse{NewState: r.CurrentState}, nil
}

func (p *provider) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	s := p.Resources[r.TypeName]
	value, err := s.read(r.ProposedNewState)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: s.write(s.Block.replace(value, func(a attribute, v tftypes.Value) tftypes.Value {
		if a.WriteOnly {
			return tftypes.NewValue(v.Type(), nil)
		}
		if a.Computed && v.IsNull() {
			return tftypes.NewValue(v.Type(), tftypes.UnknownValue)
		}
		return v
	}))}, nil
}

func (p *provider) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s := p.Resources[r.TypeName]
	value, err := s.read(r.PlannedState)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ApplyResourceChangeResponse{NewState: s.write(s.Block.replace(value, func(_ attribute, v tftypes.Value) tftypes.Value {
		if !v.IsKnown() {
			return toComputed(v.Type())
		}
		return v
	}))}, nil
}

func (p *provider) ReadDataSource(_ context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	s := p.DataSources[r.TypeName]
	value, err := s.read(r.Config)
	if err != nil {
		return nil, err
	}
	data, err := known()
	if err != nil {
		return nil, err
	}
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		return nil, err
	}
	for name, text := range data[r.TypeName] {
		//lint:ignore SA1019 nothing else reads Terraform's JSON
		if values[name], err = tftypes.ValueFromJSON(text, values[name].Type()); err != nil {
			return nil, err
		}
	}
	return &tfprotov6.ReadDataSourceResponse{State: s.write(tftypes.NewValue(value.Type(), values))}, nil
}

// Secrets as the real providers make them. STUB_SECRETS is a file that gets each of them.
func toSecret(kind string) map[string]string {
	if kind == "random_password" {
		return map[string]string{"result": "random-" + rand.Text()}
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		panic(err)
	}
	half, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		panic(err)
	}
	toPEM := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	return map[string]string{"private_key_pem_pkcs8": toPEM("PRIVATE KEY", key), "public_key_pem": toPEM("PUBLIC KEY", half)}
}

func (p *provider) OpenEphemeralResource(_ context.Context, r *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	s := p.Ephemerals[r.TypeName]
	value, err := s.read(r.Config)
	if err != nil {
		return nil, err
	}
	secret := toSecret(r.TypeName)
	if path := os.Getenv("STUB_SECRETS"); path != "" {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		if err := json.NewEncoder(file).Encode(secret); err != nil {
			return nil, err
		}
	}
	var values map[string]tftypes.Value
	if err := value.As(&values); err != nil {
		return nil, err
	}
	for name, text := range secret {
		values[name] = tftypes.NewValue(tftypes.String, text)
	}
	return &tfprotov6.OpenEphemeralResourceResponse{Result: s.write(tftypes.NewValue(value.Type(), values))}, nil
}

func (p *provider) CloseEphemeralResource(context.Context, *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return &tfprotov6.CloseEphemeralResourceResponse{}, nil
}
