// A provider without a cloud: it has the types and properties of schema.json and makes up what a real
// provider would compute. It stands in for the real one in tests that run the real tofu.
package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"log"
	"sort"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

//go:embed schema.json
var source []byte

// kind is one type: its attributes, as a word for the type of the value and marks for who sets it
// ("?" the user may, "!" the provider does), and its blocks.
type kind struct {
	Attributes map[string]string            `json:"attributes"`
	Blocks     map[string]map[string]string `json:"blocks"`
}

func attribute(name, written string) schema.Attribute {
	word := strings.TrimRight(written, "?!")
	optional, computed := strings.Contains(written, "?"), strings.Contains(written, "!")
	required := !optional && !computed
	switch word {
	case "number":
		return schema.Int64Attribute{Required: required, Optional: optional, Computed: computed}
	case "bool":
		return schema.BoolAttribute{Required: required, Optional: optional, Computed: computed}
	case "list":
		return schema.ListAttribute{ElementType: types.StringType, Required: required, Optional: optional, Computed: computed}
	case "map":
		return schema.MapAttribute{ElementType: types.StringType, Required: required, Optional: optional, Computed: computed}
	}
	found := schema.StringAttribute{Required: required, Optional: optional, Computed: computed}
	if name == "id" {
		found.PlanModifiers = []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	}
	if name == "type" && optional {
		found.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	}
	return found
}

func attributes(written map[string]string) map[string]schema.Attribute {
	found := map[string]schema.Attribute{}
	for name, word := range written {
		found[name] = attribute(name, word)
	}
	return found
}

type made struct {
	name string
	kind kind
}

func (m *made) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = m.name
}

func (m *made) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	blocks := map[string]schema.Block{}
	for name, inner := range m.kind.Blocks {
		blocks[name] = schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: attributes(inner)}}
	}
	own := attributes(m.kind.Attributes)
	own["id"] = attribute("id", "string!")
	own["region"] = attribute("region", "string?!")
	response.Schema = schema.Schema{Attributes: own, Blocks: blocks}
}

func unique() []byte {
	found := make([]byte, 8)
	_, _ = rand.Read(found)
	return found
}

// filled makes up whatever is not known.
func filled(value tftypes.Value, name string) (tftypes.Value, error) {
	return tftypes.Transform(value, func(path *tftypes.AttributePath, found tftypes.Value) (tftypes.Value, error) {
		if found.IsKnown() {
			return found, nil
		}
		switch {
		case found.Type().Is(tftypes.String):
			if path.String() == `AttributeName("region")` {
				return tftypes.NewValue(tftypes.String, "cn-north-4"), nil
			}
			return tftypes.NewValue(tftypes.String, fmt.Sprintf("%s-%x", strings.TrimPrefix(name, "huaweicloud_"), unique())), nil
		case found.Type().Is(tftypes.Number):
			return tftypes.NewValue(tftypes.Number, 0), nil
		case found.Type().Is(tftypes.Bool):
			return tftypes.NewValue(tftypes.Bool, false), nil
		}
		return tftypes.NewValue(found.Type(), nil), nil
	})
}

func (m *made) Create(_ context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	value, err := filled(request.Plan.Raw, m.name)
	if err != nil {
		response.Diagnostics.AddError("cannot make up values", err.Error())
		return
	}
	response.State.Raw = value
}

func (m *made) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (m *made) Update(_ context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	value, err := filled(request.Plan.Raw, m.name)
	if err != nil {
		response.Diagnostics.AddError("cannot make up values", err.Error())
		return
	}
	response.State.Raw = value
}

func (m *made) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// zones is a data source, so that a test can wait for one and read another.
type zones struct{}

func (z *zones) Metadata(_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse) {
	response.TypeName = "huaweicloud_availability_zones"
}

func (z *zones) Schema(_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse) {
	response.Schema = datasourceschema.Schema{Attributes: map[string]datasourceschema.Attribute{
		"region": datasourceschema.StringAttribute{Optional: true},
		"names":  datasourceschema.ListAttribute{ElementType: types.StringType, Computed: true},
	}}
}

func (z *zones) Read(ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse) {
	response.State.Raw = request.Config.Raw
	type model struct {
		Region types.String   `tfsdk:"region"`
		Names  []types.String `tfsdk:"names"`
	}
	var found model
	response.Diagnostics.Append(request.Config.Get(ctx, &found)...)
	found.Names = []types.String{types.StringValue("cn-north-4a"), types.StringValue("cn-north-4b")}
	response.Diagnostics.Append(response.State.Set(ctx, &found)...)
}

type standin struct{ kinds map[string]kind }

func (s *standin) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "huaweicloud"
}

func (s *standin) Schema(_ context.Context, _ provider.SchemaRequest, response *provider.SchemaResponse) {
	response.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"region":     providerschema.StringAttribute{Optional: true},
		"cloud":      providerschema.StringAttribute{Optional: true},
		"access_key": providerschema.StringAttribute{Optional: true},
		"secret_key": providerschema.StringAttribute{Optional: true, Sensitive: true},
		"endpoints":  providerschema.MapAttribute{ElementType: types.StringType, Optional: true},
	}}
}

func (s *standin) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (s *standin) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return &zones{} }}
}

func (s *standin) Resources(context.Context) []func() resource.Resource {
	names := make([]string, 0, len(s.kinds))
	for name := range s.kinds {
		names = append(names, name)
	}
	sort.Strings(names)
	found := make([]func() resource.Resource, 0, len(names))
	for _, name := range names {
		found = append(found, func() resource.Resource { return &made{name, s.kinds[name]} })
	}
	return found
}

func main() {
	kinds := map[string]kind{}
	if err := json.Unmarshal(source, &kinds); err != nil {
		log.Fatal(fmt.Errorf("schema.json: %w", err))
	}
	options := providerserver.ServeOpts{Address: "registry.opentofu.org/huaweicloud/huaweicloud"}
	build := func() provider.Provider { return &standin{kinds} }
	if err := providerserver.Serve(context.Background(), build, options); err != nil {
		log.Fatal(err)
	}
}
