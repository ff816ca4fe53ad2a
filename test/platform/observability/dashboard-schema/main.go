// Reads dashboards, a JSON array of files' texts, and prints what Grafana's own schemas refuse of each, as a JSON array of
// arrays. The types are generated from these schemas: https://github.com/grafana/grafana-foundation-sdk
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/logs"
	"github.com/grafana/grafana-foundation-sdk/go/loki"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/tempo"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Their decoder lets unknown fields of a panel's fieldConfig pass.
type fieldConfigs struct {
	Panels []struct {
		FieldConfig json.RawMessage `json:"fieldConfig"`
	} `json:"panels"`
}

func check(text []byte) []string {
	faults := []string{}
	add := func(where string, err error) {
		if err != nil {
			faults = append(faults, fmt.Sprintf("%s%s", where, err))
		}
	}
	var strict dashboard.Dashboard
	err := strict.UnmarshalJSONStrict(text)
	var all cog.BuildErrors
	if errors.As(err, &all) {
		for _, each := range all {
			add("", each)
		}
	} else {
		add("", err)
	}
	if err == nil {
		add("", strict.Validate())
	}
	var rest fieldConfigs
	add("", json.Unmarshal(text, &rest))
	for at, panel := range rest.Panels {
		if panel.FieldConfig == nil {
			continue
		}
		decoder := json.NewDecoder(bytes.NewReader(panel.FieldConfig))
		decoder.DisallowUnknownFields()
		add(fmt.Sprintf("panels[%d].fieldConfig: ", at), decoder.Decode(&dashboard.FieldConfigSource{}))
	}
	return faults
}

func main() {
	runtime := cog.NewRuntime()
	runtime.RegisterPanelcfgVariant(heatmap.VariantConfig())
	runtime.RegisterPanelcfgVariant(logs.VariantConfig())
	runtime.RegisterPanelcfgVariant(stat.VariantConfig())
	runtime.RegisterPanelcfgVariant(table.VariantConfig())
	runtime.RegisterPanelcfgVariant(timeseries.VariantConfig())
	runtime.RegisterDataqueryVariant(loki.VariantConfig())
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	runtime.RegisterDataqueryVariant(tempo.VariantConfig())

	var texts []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	verdicts := make([][]string, 0, len(texts))
	for _, text := range texts {
		verdicts = append(verdicts, check(text))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
